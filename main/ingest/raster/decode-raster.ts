import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { IngestError, thrownMessage } from '../errors.ts';
import { MAX_PIXELS } from '../image.ts';
import type { DecodedImage, ImageFormat } from '../image.ts';
import { checkSize, corrupt, truncated, unsupported } from '../problems.ts';
import { sharp } from '../sharp.ts';
import { checkComplete } from './completeness.ts';

const OPTIONS: SharpOptions = {
  // 'error' includes 'truncated'; harmless oddities (extra bytes, odd metadata) stay allowed.
  failOn: 'error',
  limitInputPixels: MAX_PIXELS,
  sequentialRead: true,
  // Detectors see the values that were stored, not a rendering of them for a screen.
  ignoreIcc: true,
};

/** Channels of the colour spaces that are read; any more than these and an alpha are no picture. */
const COLOURS: ReadonlyMap<string, number> = new Map([
  ['b-w', 1],
  ['grey16', 1],
  ['srgb', 3],
  ['rgb', 3],
  ['rgb16', 3],
  ['cmyk', 4],
]);

/**
 * Decodes PNG, JPEG, TIFF and WebP to grey or RGB [height, width, channels] of 8 or 16 bits.
 * EXIF orientation is applied, transparency is laid over black, CMYK becomes sRGB.
 * @throws IngestError truncated, corrupt, too-large, unsupported-format
 */
export async function decodeRaster(
  bytes: Uint8Array,
  format: ImageFormat,
  path: string,
): Promise<DecodedImage> {
  checkComplete(bytes, format, path);
  try {
    const metadata = await sharp(bytes, OPTIONS).metadata();
    checkSize(metadata.width, metadata.height, path);
    refuseUnsupported(metadata, path);
    return await readPixels(sharp(bytes, OPTIONS), metadata, format);
  } catch (thrown) {
    throw thrown instanceof IngestError ? thrown : decoderError(thrown, path);
  }
}

function refuseUnsupported(metadata: Metadata, path: string): void {
  const pages = metadata.pages ?? 1;
  // Screening only the first page would call a file clear that nobody looked at.
  if (pages > 1) throw unsupported(path, `holds ${String(pages)} pages`);
  if (metadata.depth !== 'uchar' && metadata.depth !== 'ushort') {
    throw unsupported(path, `holds samples of type ${metadata.depth}`);
  }
  const colours = COLOURS.get(metadata.space) ?? 0;
  const extra = metadata.channels - colours - (metadata.hasAlpha ? 1 : 0);
  if (colours === 0 || extra !== 0) {
    throw unsupported(path, `holds ${String(metadata.channels)} channels of kind ${metadata.space}`);
  }
}

async function readPixels(input: Sharp, metadata: Metadata, format: ImageFormat): Promise<DecodedImage> {
  const deep = metadata.depth === 'ushort';
  const grey = metadata.space === 'b-w' || metadata.space === 'grey16';
  let pipeline = input.autoOrient();
  if (metadata.hasAlpha) pipeline = pipeline.flatten({ background: '#000000' });
  if (grey) pipeline = pipeline.toColourspace(deep ? 'grey16' : 'b-w');
  else pipeline = pipeline.toColourspace(deep ? 'rgb16' : 'srgb');
  const { data, info } = await pipeline
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const channels = grey ? 1 : 3;
  const samples = width * height * channels;
  const shape = { width, height, channels, format } as const;
  return deep
    ? { ...shape, bitDepth: 16, pixels: new Uint16Array(data.buffer, data.byteOffset, samples) }
    : { ...shape, bitDepth: 8, pixels: data };
}

function decoderError(thrown: unknown, path: string): IngestError {
  // libvips repeats its lines under a heading of sharp's.
  const lines = thrownMessage(thrown).replace('Input buffer has corrupt header:', '').split('\n');
  const said = [...new Set(lines.map((line) => line.trim()).filter((line) => line !== ''))];
  const message = said.join('; ') || 'its header cannot be read';
  const options = { cause: thrown };
  if (/premature end|truncated|unexpected end|not enough data|read error at/i.test(message)) {
    return truncated(path, options);
  }
  if (/pixel limit|too large/i.test(message)) {
    return new IngestError(
      'too-large',
      path,
      `"${path}" says it has more than ${String(MAX_PIXELS)} pixels; cut it into smaller images.`,
      options,
    );
  }
  if (/unsupported (jpeg|compression|data|tiff)|not supported|not configured/i.test(message)) {
    return unsupported(path, `uses a variant of its format (${message})`, options);
  }
  return corrupt(path, message, options);
}
