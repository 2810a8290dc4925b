import type { Metadata, Sharp } from 'sharp';
import { MAX_PIXELS } from '../image.ts';
import type { DecodedImage, RasterFormat } from '../image.ts';
import { checkSize, unsupported } from '../problems.ts';
import { sharp } from '../sharp.ts';
import { bytesInMemory } from './byte-source.ts';
import { checkComplete } from './completeness.ts';
import { SHARP_OPTIONS, decoderError, sharpPixels } from './sharp-decoding.ts';

/**
 * Decodes PNG, JPEG, TIFF and WebP to grey or RGB [height, width, channels] of 8 or 16 bits.
 * EXIF orientation is applied, transparency is laid over black, CMYK becomes sRGB.
 * @throws IngestError truncated, corrupt, too-large, unsupported-format
 */
export async function decodeRaster(
  bytes: Uint8Array,
  format: RasterFormat,
  path: string,
): Promise<DecodedImage> {
  await checkComplete(bytesInMemory(bytes, path), format);
  try {
    const metadata = await sharp(bytes, { ...SHARP_OPTIONS, limitInputPixels: MAX_PIXELS }).metadata();
    checkSize(metadata.width, metadata.height, path);
    const pages = metadata.pages ?? 1;
    // Screening only the first page would call a file clear that nobody looked at.
    if (pages > 1) throw unsupported(path, `holds ${String(pages)} pages`);
    return await readPixels(bytes, metadata, format, path);
  } catch (thrown) {
    throw decoderError(thrown, path);
  }
}

async function readPixels(
  bytes: Uint8Array,
  metadata: Metadata,
  format: RasterFormat,
  path: string,
): Promise<DecodedImage> {
  const { channels, bitDepth, pipeline } = sharpPixels(metadata, path);
  const image: Sharp = pipeline((options) => sharp(bytes, options)).autoOrient();
  const { data, info } = await image
    .raw({ depth: bitDepth === 16 ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const shape = { width, height, channels, format } as const;
  return bitDepth === 16
    ? { ...shape, bitDepth, pixels: new Uint16Array(data.buffer, data.byteOffset, width * height * channels) }
    : { ...shape, bitDepth, pixels: data };
}
