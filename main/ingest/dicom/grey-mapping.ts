import type { PixelHeader, Window } from './pixel-header.ts';

/**
 * The table from each possible stored word to its grey value, length 2^bitsAllocated.
 *
 * value = slope * stored + intercept, then the first of these that applies spans 0..white:
 * 1. the file's own window (PS3.3 C.11.2.1.2);
 * 2. unsigned values without rescaling: the declared range 0..2^bitsStored - 1, as a 16-bit PNG has it;
 * 3. signed or rescaled values: the smallest to the largest value in this image, since the range of
 *    their type is mostly unused and would leave a CT a handful of greys. A constant image is black.
 * MONOCHROME1 is inverted last, so that more is always brighter.
 */
export function greyTable(
  header: PixelHeader,
  words: Uint16Array | Uint8Array,
  white: 255 | 65535,
): Uint16Array {
  const value = (word: number): number => header.slope * storedValue(word, header) + header.intercept;
  const fraction = rangeFunction(header, words, value);
  const inverted = header.photometric === 'MONOCHROME1';
  return Uint16Array.from({ length: 2 ** header.bitsAllocated }, (_, word) => {
    const grey = Math.round(Math.min(1, Math.max(0, fraction(value(word)))) * white);
    return inverted ? white - grey : grey;
  });
}

/** A grey image whose samples are already what is wanted: no rescaling, no window, no sign, one byte. */
export function isPlainByte(header: PixelHeader): boolean {
  return header.bitsAllocated === 8 && !header.window && isUnscaled(header);
}

/** The stored value in a word: the bits above highBit may hold overlays or garbage. */
export function storedValue(
  word: number,
  { bitsStored, highBit, signed }: Pick<PixelHeader, 'bitsStored' | 'highBit' | 'signed'>,
): number {
  const value = (word >>> (highBit + 1 - bitsStored)) & (2 ** bitsStored - 1);
  return signed && value >= 2 ** (bitsStored - 1) ? value - 2 ** bitsStored : value;
}

function isUnscaled(header: PixelHeader): boolean {
  return !header.signed && header.slope === 1 && header.intercept === 0;
}

/** Maps a value to 0..1; what lies outside is clipped by the caller. */
function rangeFunction(
  header: PixelHeader,
  words: Uint16Array | Uint8Array,
  value: (word: number) => number,
): (value: number) => number {
  if (header.window) return windowFunction(header.window);
  if (isUnscaled(header)) {
    const largest = 2 ** header.bitsStored - 1;
    return (x) => x / largest;
  }
  let smallest = Infinity;
  let largest = -Infinity;
  for (const word of words) {
    const x = value(word);
    if (x < smallest) smallest = x;
    if (x > largest) largest = x;
  }
  if (smallest === largest) return () => 0;
  return (x) => (x - smallest) / (largest - smallest);
}

function windowFunction({ centre, width, function: shape }: Window): (value: number) => number {
  switch (shape) {
    case 'LINEAR':
      // A width of 1 is a threshold, as the standard's pseudo code has it.
      if (width === 1) return (x) => (x <= centre - 0.5 ? 0 : 1);
      return (x) => (x - (centre - 0.5)) / (width - 1) + 0.5;
    case 'LINEAR_EXACT':
      return (x) => (x - centre) / width + 0.5;
    case 'SIGMOID':
      return (x) => 1 / (1 + Math.exp((-4 * (x - centre)) / width));
  }
}
