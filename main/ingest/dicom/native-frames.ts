import { corrupt, truncated, unsupported } from '../problems.ts';
import type { StoredValues } from '../stored-image.ts';
import type { Element } from './attributes.ts';
import { DOUBLE_PIXELS, FLOAT_PIXELS } from './elements.ts';
import type { Encoding } from './elements.ts';
import type { PixelDescription } from './pixel-description.ts';
import { packedSamples, samplesOfWords, swapped } from './samples.ts';

/** Uncompressed samples of a frame, as the file orders them. */
export interface NativeFrames {
  /** Colour differences are stored once for two pixels. */
  readonly subsampled: boolean;
  read(frame: number): StoredValues;
}

/**
 * The frames of uncompressed pixel data (PS3.5 8.1, 8.2.1 of older editions for packed samples).
 * @throws IngestError truncated, corrupt, unsupported-format
 */
export function nativeFrames(
  bytes: Uint8Array,
  element: Element,
  description: PixelDescription,
  order: Encoding['order'],
  path: string,
): NativeFrames {
  const { bitsAllocated, frames } = description;
  const pixels = description.rows * description.columns;
  const available = Math.min(element.length, bytes.byteLength - element.offset) * 8;
  const subsampled = isSubsampled(description, available, path);
  const count = subsampled ? pixels * 2 : pixels * description.samples;
  const needed = Math.ceil((count * bitsAllocated * frames) / 8);
  if (element.offset + needed > bytes.byteLength) throw truncated(path);
  if (element.length < needed) throw corrupt(path, 'it has fewer pixels than its header says');
  const data = bytes.subarray(element.offset, element.offset + even(needed));

  if (element.tag === FLOAT_PIXELS || element.tag === DOUBLE_PIXELS) {
    const wide = element.tag === DOUBLE_PIXELS ? 8 : 4;
    return { subsampled, read: (frame) => floats(data, frame * count, count, wide, order) };
  }
  if (bitsAllocated === 8 || bitsAllocated === 16 || bitsAllocated === 32 || bitsAllocated === 64) {
    const size = bitsAllocated / 8;
    const read = (frame: number): StoredValues => {
      const words = inOrder(data, frame * count * size, count * size, bitsAllocated, element.vr, order);
      return samplesOfWords(words, bitsAllocated, description);
    };
    return { subsampled, read };
  }
  if (bitsAllocated > 16) {
    throw unsupported(path, `is a DICOM image of ${String(bitsAllocated)} bits per sample`);
  }
  const packed = order === 'big' && element.vr !== 'OB' ? swapped(data, 2) : data;
  const read = (frame: number): StoredValues =>
    packedSamples(packed, frame * count * bitsAllocated, count, bitsAllocated);
  return { subsampled, read };
}

/** A range of bytes as little-endian words, in an array of its own. */
function inOrder(
  data: Uint8Array,
  start: number,
  length: number,
  bitsAllocated: 8 | 16 | 32 | 64,
  vr: string | null,
  order: Encoding['order'],
): Uint8Array<ArrayBuffer> {
  const range = data.subarray(start, start + length);
  if (order === 'little') return new Uint8Array(range);
  switch (bitsAllocated) {
    case 8: {
      if (vr !== 'OW') return new Uint8Array(range);
      // Bytes lie in words, whose bytes are turned around; a frame may begin in the middle of a word.
      const first = start - (start % 2);
      const words = swapped(data.subarray(first, even(start + length)), 2);
      return words.slice(start - first, start - first + length);
    }
    case 16:
      return swapped(range, 2);
    case 32:
      return swapped(range, 4);
    case 64:
      return swapped(range, 8);
  }
}

function floats(
  data: Uint8Array,
  first: number,
  count: number,
  size: 4 | 8,
  order: Encoding['order'],
): Float32Array {
  const range = data.subarray(first * size, (first + count) * size);
  const own = order === 'big' ? swapped(range, size) : new Uint8Array(range);
  return size === 4 ? new Float32Array(own.buffer) : Float32Array.from(new Float64Array(own.buffer));
}

/** Some writers say YBR_FULL_422 and store every colour difference: the amount of data tells. */
function isSubsampled(description: PixelDescription, availableBits: number, path: string): boolean {
  const { photometric, rows, columns, frames, bitsAllocated } = description;
  switch (photometric) {
    case 'YBR_FULL_422':
    case 'YBR_PARTIAL_422':
      return availableBits < rows * columns * 3 * frames * bitsAllocated;
    case 'YBR_PARTIAL_420':
    case 'YBR_ICT':
    case 'YBR_RCT':
      throw unsupported(path, `has the DICOM photometric interpretation ${photometric} without compression`);
    case 'MONOCHROME1':
    case 'MONOCHROME2':
    case 'PALETTE COLOR':
    case 'RGB':
    case 'YBR_FULL':
      return false;
  }
}

function even(length: number): number {
  return length + (length % 2);
}
