import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { partKey } from '../../ingest/fingerprint.ts';
import { hashFile } from '../../ingest/hash-file.ts';
import type { OpenFiles } from '../../ingest/open-files.ts';
import type { Part } from '../../ingest/stored-image.ts';
import { makeThumbnail } from '../../ingest/thumbnail.ts';
import { Limit } from '../limit.ts';
import { writeWhole } from '../write-file.ts';

/** The folder of thumbnails in flowscreen's data folder; whatever is in it can be made again. */
export const THUMBNAILS = 'thumbnails';

export const THUMBNAIL_SIZES = [64, 128, 256] as const;
export type ThumbnailSize = (typeof THUMBNAIL_SIZES)[number];

/** An image of a file as the last scan knew it. */
export interface ThumbnailSource extends Part {
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
}

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
  readonly #opened: OpenFiles;
  readonly #limit = new Limit(MADE_AT_ONCE);

  /** @param onFailedWrite a thumbnail that cannot be kept is shown all the same, and made again the next time */
  constructor(home: string, opened: OpenFiles, onFailedWrite: (error: unknown) => void) {
    this.#opened = opened;
    this.#folder = join(home, THUMBNAILS);
    this.#onFailedWrite = onFailedWrite;
  }

  /**
   * @param image `sha256` is that of the content at the last scan
   * @param signal aborted when nobody waits for it any more: it is not made then, unless that is under way
   * @throws IngestError when the file cannot be used; the signal's reason
   */
  async of(image: ThumbnailSource, size: ThumbnailSize, signal: AbortSignal): Promise<Thumbnail> {
    const { sha256 } = image;
    const kept = await this.#read(sha256, image, size);
    if (kept !== null) return { webp: kept, sha256 };
    return this.#limit.run(async () => {
      signal.throwIfAborted();
      // Another asker may have had it made while this one waited.
      const made = await this.#read(sha256, image, size);
      return made === null ? this.#make(image, size) : { webp: made, sha256 };
    });
  }

  async #make(image: ThumbnailSource, size: ThumbnailSize): Promise<Thumbnail> {
    const { path } = image;
    const webp = await makeThumbnail(await this.#opened.of(path, image.plane), image, size);
    // Not what the scan knew: the file may have changed since, and nothing may be kept under another content's name.
    const sha256 = await hashFile(path);
    try {
      await writeWhole(this.#path(sha256, image, size), webp);
    } catch (error) {
      this.#onFailedWrite(error);
    }
    return { webp, sha256 };
  }

  async #read(sha256: string, part: Part, size: ThumbnailSize): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      return new Uint8Array(await readFile(this.#path(sha256, part, size)));
    } catch {
      // Not made yet, or not to be read: either way it is made anew.
      return null;
    }
  }

  #path(sha256: string, part: Part, size: ThumbnailSize): string {
    return join(this.#folder, sha256.slice(0, 2), `${sha256}${partKey(part)}-${size}.webp`);
  }
}
