import type { RasterFormat } from '../image.ts';
import { MAX_RASTER_PIXELS } from '../limits.ts';
import { checkSize, truncated } from '../problems.ts';
import type { ByteWindow } from './byte-window.ts';

/**
 * Checks what the decoder cannot tell apart: it reports a short file and a damaged one alike, and
 * refuses a PNG of absurd size as damaged.
 * @throws IngestError truncated, too-large, corrupt
 */
export async function checkComplete(bytes: ByteWindow, format: RasterFormat): Promise<void> {
  switch (format) {
    case 'png':
      return checkPng(bytes);
    case 'webp':
      return checkWebp(bytes);
    case 'tiff':
      return checkTiff(bytes);
    case 'jpeg':
    case 'bmp':
      return;
  }
}

/** Each block of 8 x 8 pixels takes a bit at least. */
const MOST_JPEG_PIXELS_A_BYTE = 8 * 8 * 8;

/**
 * The decoder fills what is missing of a JPEG with grey and calls it a warning: a few bytes could claim a billion pixels.
 * @throws IngestError truncated
 */
export function checkJpegSize(width: number, height: number, { size, path }: ByteWindow): void {
  if (width * height > size * MOST_JPEG_PIXELS_A_BYTE) throw truncated(path);
}

const IEND = 0x49454e44;

/** A PNG is whole when its chain of chunks ends in IEND. */
async function checkPng(bytes: ByteWindow): Promise<void> {
  const header = await bytes.read(0, 33);
  checkSize(header.getUint32(16), header.getUint32(20), bytes.path, MAX_RASTER_PIXELS);
  // A chunk is length, type, data, checksum; the signature before the first has 8 bytes.
  for (let at = 8; ;) {
    const chunk = await bytes.read(at, 8);
    at += 12 + chunk.getUint32(0);
    if (at > bytes.size) throw truncated(bytes.path);
    if (chunk.getUint32(4) === IEND) return;
  }
}

/** RIFF: the length field leaves out itself and the four letters before it. */
async function checkWebp(bytes: ByteWindow): Promise<void> {
  const header = await bytes.read(0, 12);
  if (8 + header.getUint32(4, true) > bytes.size) throw truncated(bytes.path);
}

/** Most writers put the directory behind the pixels, so a short TIFF points past its own end. */
async function checkTiff(bytes: ByteWindow): Promise<void> {
  const header = await bytes.read(0, 16);
  const littleEndian = header.getUint8(0) === 0x49;
  const big = header.getUint16(2, littleEndian) === 43;
  const directory = big ? Number(header.getBigUint64(8, littleEndian)) : header.getUint32(4, littleEndian);
  if (directory + 2 > bytes.size) throw truncated(bytes.path);
}
