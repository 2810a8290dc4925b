import sharp from 'sharp';
import { type ImageShape, elementsOf } from '../../models/images.ts';

/**
 * Bits of an image as the smallest PNG file that the image library writes, header included.
 * @param pixels planar `[C, H, W]`, 8 bit
 * @throws {RangeError} for another number of pixels
 */
export async function pngBits(pixels: Uint8Array, shape: ImageShape): Promise<number> {
  const { channels, height, width } = shape;
  if (pixels.length !== elementsOf(shape))
    throw new RangeError(`${pixels.length} pixels are no image of ${height}×${width}×${channels}`);
  const area = height * width;
  const interleaved = Uint8Array.from(
    { length: pixels.length },
    (_, at) => pixels[(at % channels) * area + Math.floor(at / channels)] ?? 0,
  );
  const file = await sharp(interleaved, { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png({ compressionLevel: 9, adaptiveFiltering: true, palette: false })
    .toBuffer();
  return 8 * file.length;
}
