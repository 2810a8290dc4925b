import type { DecodedImage } from '../image.ts';
import { checkSize, corrupt, truncated, unsupported } from '../problems.ts';

// BITMAPINFOHEADER and later, after the 14-byte file header. All numbers are little-endian.
const FILE_HEADER = 14;
const CORE_HEADER = 12;
const COMPRESSION = ['none', 'RLE8', 'RLE4', 'bit fields', 'JPEG', 'PNG', 'alpha bit fields'];
const BITFIELDS: readonly number[] = [3, 6];

interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bitsPerPixel: number;
  readonly compression: number;
  readonly headerSize: number;
  readonly pixelOffset: number;
  readonly paletteLength: number;
}

/** Writes the samples of one pixel, given the pixel's bits as stored. */
type WritePixel = (stored: number, target: Uint8Array, at: number) => void;

/**
 * Decodes an uncompressed BMP: 1, 4 or 8 bits with a palette, 16 or 32 bits with or without bit
 * fields, 24 bits; rows from either end. A palette of greys only gives one channel. The fourth byte of
 * a 32-bit pixel is ignored: most writers leave it undefined.
 * @throws IngestError truncated, corrupt, too-large, unsupported-format
 */
export function decodeBmp(bytes: Uint8Array, path: string): DecodedImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(view, path);
  const { width, height, bitsPerPixel, pixelOffset } = header;
  const stride = Math.ceil((width * bitsPerPixel) / 32) * 4;
  const lastRow = Math.ceil((width * bitsPerPixel) / 8);
  if (pixelOffset + stride * (height - 1) + lastRow > view.byteLength) throw truncated(path);

  const { channels, writePixel } =
    bitsPerPixel <= 8 ? paletteWriter(view, header, path) : colourWriter(view, header, path);
  const pixels = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const row = pixelOffset + stride * (header.topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++) {
      writePixel(storedPixel(view, row, x, bitsPerPixel), pixels, (y * width + x) * channels);
    }
  }
  return { width, height, channels, bitDepth: 8, pixels, format: 'bmp' };
}

function readHeader(view: DataView, path: string): BmpHeader {
  if (view.byteLength < FILE_HEADER + CORE_HEADER) throw truncated(path);
  const pixelOffset = view.getUint32(10, true);
  const headerSize = view.getUint32(14, true);
  if (headerSize !== CORE_HEADER && headerSize < 40) {
    throw unsupported(path, `is a BMP with a header of ${String(headerSize)} bytes`);
  }
  if (view.byteLength < FILE_HEADER + headerSize) throw truncated(path);
  const core = headerSize === CORE_HEADER;
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const header: BmpHeader = {
    width: core ? view.getUint16(18, true) : view.getInt32(18, true),
    height: Math.abs(signedHeight),
    topDown: signedHeight < 0,
    bitsPerPixel: view.getUint16(core ? 24 : 28, true),
    compression: core ? 0 : view.getUint32(30, true),
    headerSize,
    pixelOffset,
    paletteLength: core ? 0 : view.getUint32(46, true),
  };
  checkSize(header.width, header.height, path);
  const { compression, bitsPerPixel } = header;
  if (compression !== 0 && !BITFIELDS.includes(compression)) {
    const name = COMPRESSION[compression] ?? String(compression);
    throw unsupported(path, `is a BMP with ${name} compression`);
  }
  if (![1, 4, 8, 16, 24, 32].includes(bitsPerPixel)) {
    throw unsupported(path, `is a BMP with ${String(bitsPerPixel)} bits per pixel`);
  }
  return header;
}

function storedPixel(view: DataView, row: number, x: number, bitsPerPixel: number): number {
  switch (bitsPerPixel) {
    case 32:
      return view.getUint32(row + x * 4, true);
    case 24:
      return view.getUint16(row + x * 3, true) | (view.getUint8(row + x * 3 + 2) << 16);
    case 16:
      return view.getUint16(row + x * 2, true);
    default: {
      // 1, 4 or 8 bits: the leftmost pixel is in the highest bits of a byte.
      const bit = x * bitsPerPixel;
      const byte = view.getUint8(row + (bit >> 3));
      return (byte >> (8 - bitsPerPixel - (bit & 7))) & ((1 << bitsPerPixel) - 1);
    }
  }
}

interface PixelWriter {
  readonly channels: 1 | 3;
  readonly writePixel: WritePixel;
}

function paletteWriter(view: DataView, header: BmpHeader, path: string): PixelWriter {
  const entrySize = header.headerSize === CORE_HEADER ? 3 : 4;
  const all = 1 << header.bitsPerPixel;
  const length = header.paletteLength === 0 ? all : Math.min(header.paletteLength, all);
  const start = FILE_HEADER + header.headerSize;
  if (start + length * entrySize > view.byteLength) throw truncated(path);
  const palette = Array.from({ length }, (_, i) => {
    const at = start + i * entrySize;
    return [view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at)] as const;
  });
  const channels = palette.every(([r, g, b]) => r === g && g === b) ? 1 : 3;
  const colours = palette.map((colour) => Uint8Array.from(colour.slice(0, channels)));
  const writePixel: WritePixel = (stored, target, at) => {
    const colour = colours[stored];
    if (!colour) throw corrupt(path, `a pixel uses colour ${String(stored)}, which it lacks`);
    target.set(colour, at);
  };
  return { channels, writePixel };
}

function colourWriter(view: DataView, header: BmpHeader, path: string): PixelWriter {
  const [red, green, blue] = colourMasks(view, header, path).map(maskReader);
  if (!red || !green || !blue) throw corrupt(path, 'one of its colours has no bits');
  const writePixel: WritePixel = (stored, target, at) => {
    target[at] = red(stored);
    target[at + 1] = green(stored);
    target[at + 2] = blue(stored);
  };
  return { channels: 3, writePixel };
}

function colourMasks(view: DataView, header: BmpHeader, path: string): readonly number[] {
  if (BITFIELDS.includes(header.compression) && header.bitsPerPixel !== 24) {
    // Behind a 40-byte header or inside a longer one: the same place either way.
    const at = FILE_HEADER + 40;
    if (at + 12 > view.byteLength) throw truncated(path);
    return [0, 4, 8].map((offset) => view.getUint32(at + offset, true));
  }
  return header.bitsPerPixel === 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0x00ff00, 0x0000ff];
}

/** Reads one colour out of a pixel and stretches it to 0..255; undefined for a mask without bits. */
function maskReader(mask: number): ((stored: number) => number) | undefined {
  if (mask === 0) return undefined;
  const shift = 31 - Math.clz32(mask & -mask);
  const max = mask >>> shift;
  return (stored) => Math.round((((stored & mask) >>> shift) * 255) / max);
}
