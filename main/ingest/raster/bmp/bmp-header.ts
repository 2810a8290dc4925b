import { MAX_RASTER_PIXELS } from '../../limits.ts';
import { checkSize, corrupt, truncated, unsupported } from '../../problems.ts';

// BITMAPINFOHEADER and later, after the 14-byte file header. All numbers are little-endian.
export const FILE_HEADER = 14;
export const CORE_HEADER = 12;
const LONGEST_HEADER = 124;
/** So many leading bytes hold the headers, the masks and the largest palette. */
export const BMP_HEAD_BYTES = FILE_HEADER + LONGEST_HEADER + 16 + 256 * 4;

const CODINGS = ['none', 'RLE8', 'RLE4', 'bit fields', 'JPEG', 'PNG', 'alpha bit fields'] as const;
export type BmpCoding = 'none' | 'RLE8' | 'RLE4' | 'bit fields';

export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bitsPerPixel: number;
  readonly coding: BmpCoding;
  readonly headerSize: number;
  readonly pixelOffset: number;
  readonly paletteLength: number;
}

/**
 * @param view the first BMP_HEAD_BYTES of the file, or all of it
 * @throws IngestError truncated, corrupt, too-large, unsupported-format
 */
export function readBmpHeader(view: DataView, path: string): BmpHeader {
  if (view.byteLength < FILE_HEADER + CORE_HEADER) throw truncated(path);
  const pixelOffset = view.getUint32(10, true);
  const headerSize = view.getUint32(14, true);
  if (headerSize !== CORE_HEADER && (headerSize < 40 || headerSize > LONGEST_HEADER)) {
    throw unsupported(path, `is a BMP with a header of ${String(headerSize)} bytes`);
  }
  if (view.byteLength < FILE_HEADER + headerSize) throw truncated(path);
  const core = headerSize === CORE_HEADER;
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bitsPerPixel = view.getUint16(core ? 24 : 28, true);
  const header: BmpHeader = {
    width: core ? view.getUint16(18, true) : view.getInt32(18, true),
    height: Math.abs(signedHeight),
    topDown: signedHeight < 0,
    bitsPerPixel,
    coding: codingOf(core ? 0 : view.getUint32(30, true), bitsPerPixel, path),
    headerSize,
    pixelOffset,
    paletteLength: core ? 0 : view.getUint32(46, true),
  };
  checkSize(header.width, header.height, path, MAX_RASTER_PIXELS);
  if (pixelOffset < FILE_HEADER + headerSize) throw corrupt(path, 'its pixels begin inside its header');
  if (![1, 2, 4, 8, 16, 24, 32].includes(bitsPerPixel)) {
    throw unsupported(path, `is a BMP with ${String(bitsPerPixel)} bits per pixel`);
  }
  return header;
}

function codingOf(compression: number, bitsPerPixel: number, path: string): BmpCoding {
  const coding = CODINGS[compression];
  switch (coding) {
    case 'none':
      return coding;
    case 'bit fields':
    case 'alpha bit fields':
      return 'bit fields';
    case 'RLE8':
      if (bitsPerPixel === 8) return coding;
      break;
    case 'RLE4':
      if (bitsPerPixel === 4) return coding;
      break;
    case 'JPEG':
    case 'PNG':
    case undefined:
      break;
  }
  throw unsupported(path, `is a BMP with ${coding ?? String(compression)} compression`);
}

/** Bytes from one row to the next: rows are padded to four. */
export function bmpStride({ width, bitsPerPixel }: BmpHeader): number {
  return Math.ceil((width * bitsPerPixel) / 32) * 4;
}

/** Where the last pixel of uncompressed rows ends: the last row's padding may be missing. */
export function bmpEnd(header: BmpHeader): number {
  const lastRow = Math.ceil((header.width * header.bitsPerPixel) / 8);
  return header.pixelOffset + bmpStride(header) * (header.height - 1) + lastRow;
}
