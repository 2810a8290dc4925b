import { corrupt, truncated } from '../../problems.ts';
import { CORE_HEADER, FILE_HEADER } from './bmp-header.ts';
import type { BmpHeader } from './bmp-header.ts';

/** How pixels become samples: one channel where the palette has only greys. */
export interface BmpPixels {
  readonly channels: 1 | 3;
  /** Writes a row of samples from a row of pixels as the file has it. @throws IngestError corrupt */
  readonly writeRow: (row: Uint8Array, target: Uint8Array, at: number) => void;
}

/**
 * 1, 2, 4 or 8 bits with a palette, 16 or 32 bits with or without bit fields, 24 bits. The fourth byte of
 * a 32-bit pixel is ignored: most writers leave it undefined.
 * @param head the first BMP_HEAD_BYTES of the file, or all of it
 * @param bitsInRow that a palette's index takes in the rows to come: 8 where run lengths were unpacked
 * @throws IngestError truncated, corrupt
 */
export function bmpPixels(head: DataView, header: BmpHeader, path: string, bitsInRow: number): BmpPixels {
  if (header.bitsPerPixel <= 8) return palettePixels(head, header, path, bitsInRow);
  const masks = colourMasks(head, header, path);
  const bytewise = header.bitsPerPixel !== 16 && masks.every((mask, i) => mask === BYTE_MASKS[i]);
  return bytewise ? bytePixels(header) : maskedPixels(header, masks, path);
}

function palettePixels(head: DataView, header: BmpHeader, path: string, bitsInRow: number): BmpPixels {
  const { width } = header;
  const { channels, colours } = readPalette(head, header, path);
  const mask = (1 << bitsInRow) - 1;
  return {
    channels,
    writeRow: (row, target, start) => {
      let at = start;
      for (let x = 0; x < width; x++) {
        // The leftmost pixel is in the highest bits of a byte.
        const bit = x * bitsInRow;
        const index = ((row[bit >> 3] ?? 0) >> (8 - bitsInRow - (bit & 7))) & mask;
        if ((index + 1) * channels > colours.length) {
          throw corrupt(path, `a pixel uses colour ${String(index)}, which it lacks`);
        }
        for (let c = 0; c < channels; c++) target[at++] = colours[index * channels + c] ?? 0;
      }
    },
  };
}

function readPalette(
  head: DataView,
  header: BmpHeader,
  path: string,
): { readonly channels: 1 | 3; readonly colours: Uint8Array } {
  const entrySize = header.headerSize === CORE_HEADER ? 3 : 4;
  const all = 1 << header.bitsPerPixel;
  const length = header.paletteLength === 0 ? all : Math.min(header.paletteLength, all);
  const start = FILE_HEADER + header.headerSize;
  if (start + length * entrySize > head.byteLength) throw truncated(path);
  const palette = Array.from({ length }, (_, i) => {
    const at = start + i * entrySize;
    return [head.getUint8(at + 2), head.getUint8(at + 1), head.getUint8(at)] as const;
  });
  const channels = palette.every(([r, g, b]) => r === g && g === b) ? 1 : 3;
  return { channels, colours: Uint8Array.from(palette.flatMap((colour) => colour.slice(0, channels))) };
}

const BYTE_MASKS: readonly number[] = [0xff0000, 0x00ff00, 0x0000ff];

/** Blue, green and red in bytes of their own. */
function bytePixels({ width, bitsPerPixel }: BmpHeader): BmpPixels {
  const step = bitsPerPixel / 8;
  return {
    channels: 3,
    writeRow: (row, target, start) => {
      let at = start;
      for (let from = 0; from < width * step; from += step) {
        target[at++] = row[from + 2] ?? 0;
        target[at++] = row[from + 1] ?? 0;
        target[at++] = row[from] ?? 0;
      }
    },
  };
}

function maskedPixels(header: BmpHeader, masks: readonly number[], path: string): BmpPixels {
  const [red, green, blue] = masks.map(maskReader);
  if (!red || !green || !blue) throw corrupt(path, 'one of its colours has no bits');
  const bytes = header.bitsPerPixel / 8;
  return {
    channels: 3,
    writeRow: (row, target, start) => {
      let at = start;
      for (let from = 0; from < header.width * bytes; from += bytes) {
        let pixel = 0;
        for (let i = bytes - 1; i >= 0; i--) pixel = (pixel << 8) | (row[from + i] ?? 0);
        target[at++] = red(pixel);
        target[at++] = green(pixel);
        target[at++] = blue(pixel);
      }
    },
  };
}

function colourMasks(head: DataView, header: BmpHeader, path: string): readonly number[] {
  if (header.coding === 'bit fields' && header.bitsPerPixel !== 24) {
    // Behind a 40-byte header or inside a longer one: the same place either way.
    const at = FILE_HEADER + 40;
    if (at + 12 > head.byteLength) throw truncated(path);
    return [0, 4, 8].map((offset) => head.getUint32(at + offset, true));
  }
  return header.bitsPerPixel === 16 ? [0x7c00, 0x03e0, 0x001f] : BYTE_MASKS;
}

/** Reads one colour out of a pixel and stretches it to 0..255; undefined for a mask without bits. */
function maskReader(mask: number): ((pixel: number) => number) | undefined {
  if (mask === 0) return undefined;
  const shift = 31 - Math.clz32(mask & -mask);
  const max = mask >>> shift;
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / max);
}
