import type { DecodedImage } from './image.ts';
import { layOut } from './layout.ts';
import { cut, resize, toEightBits, toGrey, writePlanar } from './pixels.ts';
import type { ByteImage } from './pixels.ts';
import type { Preparation } from './preparation-settings.ts';

export { Preparation } from './preparation-settings.ts';

/** One input of a detector. Shared by the loader's cache: never write to `pixels`. */
export interface PreparedImage {
  /** Planar [channels, height, width] as the preparation says, 8 bits. */
  readonly pixels: Uint8Array;
  /** Where the left edge lies in the scaled image, in its pixels; negative where it is padded. */
  readonly x: number;
  /** Where the top edge lies in the scaled image. */
  readonly y: number;
}

/**
 * Turns a decoded image into one input (resize, crop, pad) or as many as it takes to cover it (tile, row by row).
 * 16 bits become 8 by round(v * 255 / 65535); RGB becomes grey by Rec. 601 luma, grey becomes RGB by repetition.
 */
export async function prepare(image: DecodedImage, p: Preparation): Promise<PreparedImage[]> {
  const bytes = toEightBits(image);
  const source: ByteImage = p.channels === 1 ? toGrey(bytes) : bytes;
  const prepared: PreparedImage[] = [];
  for (const { from, to, x, y } of layOut(image.width, image.height, p)) {
    const part = await resize(cut(source, from), to.width, to.height);
    const pixels = new Uint8Array(p.channels * p.height * p.width);
    writePlanar(part, pixels, p, to);
    prepared.push({ pixels, x, y });
  }
  return prepared;
}
