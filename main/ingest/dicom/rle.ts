import { corrupt } from '../problems.ts';

const HEADER_BYTES = 64;
const MOST_SEGMENTS = 15;
const MOST_RATIO = 64;

/**
 * Decodes a frame of RLE Lossless (PS3.5 annex G): one PackBits segment for each byte of a sample, the most significant first,
 * and for each sample of a pixel.
 * @returns little-endian samples, interleaved: pixels * samples * bytesPerSample bytes
 * @throws IngestError corrupt
 */
export function decodeRle(
  frame: Uint8Array,
  pixels: number,
  samples: number,
  bytesPerSample: number,
  path: string,
): Uint8Array<ArrayBuffer> {
  const starts = segmentStarts(frame, path);
  const expected = samples * bytesPerSample;
  if (starts.length !== expected) {
    throw corrupt(
      path,
      `its run-length code has ${String(starts.length)} segments instead of ${String(expected)}`,
    );
  }
  // A run of 128 bytes takes two: memory is asked for only where the codes can fill it.
  if (pixels * expected > frame.byteLength * MOST_RATIO) {
    throw corrupt(path, 'its run-length code ends before its pixels');
  }
  const decoded = new Uint8Array(pixels * expected);
  for (const [index, start] of starts.entries()) {
    const sample = Math.floor(index / bytesPerSample);
    const byte = bytesPerSample - 1 - (index % bytesPerSample);
    const end = starts[index + 1] ?? frame.byteLength;
    const first = sample * bytesPerSample + byte;
    if (!unpackBits(frame, start, end, decoded, first, expected)) {
      throw corrupt(path, 'its run-length code ends before its pixels');
    }
  }
  return decoded;
}

/** @throws IngestError corrupt for segments that are not one after another within the frame */
function segmentStarts(frame: Uint8Array, path: string): number[] {
  if (frame.byteLength < HEADER_BYTES) throw corrupt(path, 'the header of its run-length code is cut off');
  const header = new DataView(frame.buffer, frame.byteOffset, HEADER_BYTES);
  const count = header.getUint32(0, true);
  if (count < 1 || count > MOST_SEGMENTS) {
    throw corrupt(path, `its run-length code says ${String(count)} segments`);
  }
  const starts = Array.from({ length: count }, (_, i) => header.getUint32(4 + i * 4, true));
  const ordered = starts.every((start, i) => start >= (starts[i - 1] ?? HEADER_BYTES));
  if (!ordered || (starts.at(-1) ?? 0) > frame.byteLength) {
    throw corrupt(path, 'the segments of its run-length code are not where they should be');
  }
  return starts;
}

/**
 * PackBits (PS3.5 G.3.2) from source[start, end) to every `step`th byte of target from `first` on. What is left over at the
 * end of a segment is padding.
 * @returns whether the segment filled the target
 */
function unpackBits(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  first: number,
  step: number,
): boolean {
  let from = start;
  let to = first;
  while (to < target.length && from < end) {
    const control = source[from++] ?? 0;
    if (control < 128) {
      const stop = Math.min(to + (control + 1) * step, target.length);
      if ((end - from) * step < stop - to) return false;
      for (; to < stop; to += step) target[to] = source[from++] ?? 0;
    } else if (control > 128) {
      const stop = Math.min(to + (257 - control) * step, target.length);
      if (from >= end) return false;
      const value = source[from++] ?? 0;
      for (; to < stop; to += step) target[to] = value;
    }
  }
  return to >= target.length;
}
