import type { OpenFiles } from '../../ingest/open-files.ts';
import { Preparation, prepare } from '../../ingest/preparation.ts';
import type { Part } from '../../ingest/stored-image.ts';
import { Limit } from '../limit.ts';
import { planarPicture } from '../pictures/planar-picture.ts';

/** A larger input is made smaller to look at. */
const LARGEST_SIDE = 256;
/** Anything larger is no input of a detector, and would only cost memory. */
const LARGEST_INPUT = 4096;
const MADE_AT_ONCE = 2;
const limit = new Limit(MADE_AT_ONCE);

/** A preparation as an address carries it; null for anything else. */
export function preparationIn(address: URL): Preparation | null {
  try {
    const parsed = Preparation.safeParse(JSON.parse(address.searchParams.get('as') ?? ''));
    if (!parsed.success) return null;
    return Math.max(parsed.data.width, parsed.data.height) <= LARGEST_INPUT ? parsed.data : null;
  } catch {
    // No JSON.
    return null;
  }
}

/** Where a picture of a prepared image is. */
export function addressOfInput(fileId: number, preparation: Preparation): string {
  return `/assets/inputs/${fileId}?as=${encodeURIComponent(JSON.stringify(preparation))}`;
}

/**
 * An image as a detector would see it; of one that is cut into tiles, the tile in the middle.
 * @param signal aborted when nobody waits for it any more
 * @returns WebP, lossless unless it had to be made smaller
 * @throws IngestError when the file cannot be used; the signal's reason
 */
export function inputPicture(
  opened: OpenFiles,
  path: string,
  part: Part,
  preparation: Preparation,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  return limit.run(async () => {
    signal.throwIfAborted();
    const inputs = await prepare(await opened.of(path, part.plane), part, preparation);
    const { pixels } = await inputs.at(Math.floor(inputs.places.length / 2));
    const webp = await planarPicture(pixels, preparation)
      .resize(LARGEST_SIDE, LARGEST_SIDE, { fit: 'inside', withoutEnlargement: true })
      .webp({ lossless: true })
      .toBuffer();
    return new Uint8Array(webp);
  });
}
