import type { Rectangle } from './layout.ts';
import { sharp } from './sharp.ts';

/** 8-bit pixels, interleaved [height, width, channels]. */
export interface ByteImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** Rec. 601 luma in integers, rounded: 0.299 R + 0.587 G + 0.114 B. Grey stays as it is. */
export function toGrey(image: ByteImage): ByteImage {
  if (image.channels === 1) return image;
  const { width, height, pixels } = image;
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const [r = 0, g = 0, b = 0] = [pixels[i * 3], pixels[i * 3 + 1], pixels[i * 3 + 2]];
    grey[i] = Math.floor((299 * r + 587 * g + 114 * b + 500) / 1000);
  }
  return { width, height, channels: 1, pixels: grey };
}

/** The part of an image, copied; the image itself where it is the whole. */
export function cut(image: ByteImage, { left, top, width, height }: Rectangle): ByteImage {
  if (width === image.width && height === image.height) return image;
  const { channels } = image;
  const pixels = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * image.width + left) * channels;
    pixels.set(image.pixels.subarray(start, start + width * channels), y * width * channels);
  }
  return { width, height, channels, pixels };
}

/** Lanczos-3 when shrinking (anti-aliased), bicubic when enlarging; untouched at the same size. */
export async function resize(image: ByteImage, width: number, height: number): Promise<ByteImage> {
  if (width === image.width && height === image.height) return image;
  const { channels } = image;
  const raw = { width: image.width, height: image.height, channels };
  const pixels = await sharp(image.pixels, { raw })
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
  return { width, height, channels, pixels };
}

/** Writes an image into `to` of a planar [channels, height, width] target; grey fills every plane alike. */
export function writePlanar(
  image: ByteImage,
  target: Uint8Array,
  shape: { readonly channels: 1 | 3; readonly height: number; readonly width: number },
  to: Rectangle,
): void {
  for (let c = 0; c < shape.channels; c++) {
    const source = image.channels === 1 ? 0 : c;
    for (let y = 0; y < to.height; y++) {
      const row = (c * shape.height + to.top + y) * shape.width + to.left;
      for (let x = 0; x < to.width; x++) {
        target[row + x] = image.pixels[(y * to.width + x) * image.channels + source] ?? 0;
      }
    }
  }
}
