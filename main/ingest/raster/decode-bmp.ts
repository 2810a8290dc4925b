import type { DecodedImage } from '../image.ts';
import { checkSize, truncated, unsupported } from '../problems.ts';
import { bmpEnd, bmpStride, readBmpHeader } from './bmp/bmp-header.ts';
import { bmpPixels } from './bmp/bmp-pixels.ts';
import { writeRows } from './bmp/open-bmp.ts';

/**
 * Decodes an uncompressed BMP that is in memory.
 * @throws IngestError truncated, corrupt, too-large, unsupported-format
 */
export function decodeBmp(bytes: Uint8Array, path: string): DecodedImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readBmpHeader(view, path);
  const { width, height, coding, bitsPerPixel, pixelOffset } = header;
  checkSize(width, height, path);
  if (coding === 'RLE8' || coding === 'RLE4') throw unsupported(path, `is a BMP with ${coding} compression`);
  if (bmpEnd(header) > bytes.byteLength) throw truncated(path);
  const pixels = bmpPixels(view, header, path, bitsPerPixel);
  const rows = bytes.subarray(pixelOffset, bmpEnd(header));
  return {
    width,
    height,
    channels: pixels.channels,
    bitDepth: 8,
    pixels: writeRows(rows, bmpStride(header), height, header, pixels),
    format: 'bmp',
  };
}
