import { decodeBytes } from './decode.ts';
import type { ImageFormat } from './image.ts';
import { sharp } from './sharp.ts';
import { robustRange } from './source-pixels.ts';

const QUALITY = 82;

/**
 * A small picture of an image, at most `size` pixels a side and never enlarged. 16 bits are shown through a window that
 * covers all but a few of the values.
 * @param path only named in errors
 * @returns WebP
 * @throws IngestError as {@link decodeBytes}
 */
export async function makeThumbnail(
  bytes: Uint8Array,
  format: ImageFormat,
  path: string,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const image = await decodeBytes(bytes, format, path);
  const { width, height, channels } = image;
  const pixels = image.bitDepth === 8 ? image.pixels : windowed(image.pixels);
  const webp = await sharp(pixels, { raw: { width, height, channels } })
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: QUALITY })
    .toBuffer();
  return new Uint8Array(webp);
}

function windowed(pixels: Uint16Array): Uint8Array {
  const { low, high } = robustRange(pixels);
  const scale = 255 / Math.max(1, high - low);
  const grey = new Uint8ClampedArray(pixels.length);
  pixels.forEach((value, index) => (grey[index] = (value - low) * scale));
  return new Uint8Array(grey.buffer);
}
