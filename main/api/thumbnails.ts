import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readImageFile } from '../ingest/read-file.ts';
import { makeThumbnail } from '../ingest/thumbnail.ts';
import { Limit } from './limit.ts';
import { writeWhole } from './write-file.ts';

/** The folder of thumbnails in flowscreen's data folder; whatever is in it can be made again. */
export const THUMBNAILS = 'thumbnails';

export const THUMBNAIL_SIZES = [64, 128, 256] as const;
export type ThumbnailSize = (typeof THUMBNAIL_SIZES)[number];

export interface Thumbnail {
  readonly webp: Uint8Array<ArrayBuffer>;
  /** Of the file's content, by which the thumbnail is named. */
  readonly sha256: string;
}

/** Decoding is heavy: more at once would only slow down each, and everything else. */
const MADE_AT_ONCE = 2;

/** Small pictures of images, made once and kept by their content: a moved or copied image has its thumbnail already. */
export class Thumbnails {
  readonly #folder: string;
  readonly #onFailedWrite: (error: unknown) => void;
  readonly #limit = new Limit(MADE_AT_ONCE);

  /** @param onFailedWrite a thumbnail that cannot be kept is shown all the same, and made again the next time */
  constructor(home: string, onFailedWrite: (error: unknown) => void) {
    this.#folder = join(home, THUMBNAILS);
    this.#onFailedWrite = onFailedWrite;
  }

  /**
   * @param path absolute
   * @param sha256 of the content at the last scan
   * @param signal aborted when nobody waits for it any more: it is not made then, unless that is under way
   * @throws IngestError when the file cannot be used; the signal's reason
   */
  async of(path: string, sha256: string, size: ThumbnailSize, signal: AbortSignal): Promise<Thumbnail> {
    const kept = await this.#read(sha256, size);
    if (kept !== null) return { webp: kept, sha256 };
    return this.#limit.run(async () => {
      signal.throwIfAborted();
      // Another asker may have had it made while this one waited.
      const made = await this.#read(sha256, size);
      return made === null ? this.#make(path, size) : { webp: made, sha256 };
    });
  }

  async #make(path: string, size: ThumbnailSize): Promise<Thumbnail> {
    const { bytes, format } = await readImageFile(path);
    // Not what the scan knew: the file may have changed since, and nothing may be kept under another content's name.
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const webp = await makeThumbnail(bytes, format, path, size);
    try {
      await writeWhole(this.#path(sha256, size), webp);
    } catch (error) {
      this.#onFailedWrite(error);
    }
    return { webp, sha256 };
  }

  async #read(sha256: string, size: ThumbnailSize): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      return new Uint8Array(await readFile(this.#path(sha256, size)));
    } catch {
      // Not made yet, or not to be read: either way it is made anew.
      return null;
    }
  }

  #path(sha256: string, size: ThumbnailSize): string {
    return join(this.#folder, sha256.slice(0, 2), `${sha256}-${size}.webp`);
  }
}
