import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** One plane of grey values, row by row: `values[x + width * y]`, nominally 0 (black) to 255 (white). */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

/** A square of the source, in its pixels. */
export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/**
 * Cuts `square` out and shrinks it by a whole `factor`, each output pixel the mean of `factor`² input pixels: no resampling
 * kernel, so nothing rings and no pixel is weighted twice.
 *
 * @throws {RangeError} when the square leaves the image or its side is no multiple of the factor.
 */
export function cropAndShrink(image: GreyImage, square: Square, factor: number): GreyImage {
  const { left, top, side } = square;
  if (left < 0 || top < 0 || left + side > image.width || top + side > image.height || side % factor !== 0) {
    throw new RangeError(
      `A ${side}-pixel square at (${left}, ${top}) does not fit ${image.width}×${image.height} by ${factor}.`,
    );
  }
  const size = side / factor;
  const values = new Float64Array(size * size);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const target = Math.floor(x / factor) + size * Math.floor(y / factor);
      values[target] = (values[target] ?? 0) + (image.values[left + x + image.width * (top + y)] ?? 0);
    }
  }
  return { width: size, height: size, values: values.map((sum) => sum / factor ** 2) };
}

/** Writes an 8-bit grey PNG; the settings are fixed so that the same pixels give the same bytes. */
export async function writePng(path: string, image: GreyImage): Promise<void> {
  const pixels = Uint8Array.from(image.values, (value) => Math.min(255, Math.max(0, Math.round(value))));
  const bytes = await sharp(pixels, { raw: { width: image.width, height: image.height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9, adaptiveFiltering: true, palette: false, progressive: false })
    .toBuffer();
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** Removes the image folders of an earlier run, so that no image survives a change of the selection; READMEs stay. */
export async function clearImageFolders(output: string): Promise<void> {
  for (const folder of ['fit', 'general', 'screen'])
    await rm(join(output, folder), { recursive: true, force: true });
}
