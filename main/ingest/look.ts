import { extremes } from './foreground.ts';
import { fractionAlong, voiCurve } from './curve.ts';
import type { StoredImage } from './stored-image.ts';

/** Copies that were scaled, recompressed or shifted in brightness differ in no more bits than this; see docs/decisions/scanning.md. */
export const LOOK_REACH = 4;

/** Side of the square that every image is averaged down to. */
const SIDE = 32;
/** Coefficients of the cosine transform that count, one bit each: those of the lowest frequencies, without the mean. */
const BITS = 64;
/** Rows and columns of the transform that hold them: the diagonals 1 to 10 hold 65. */
const FREQUENCIES = 11;
/** Pixels a side that are windowed at least, where there are as many. */
const WINDOWED_SIDE = 128;
/** Standard deviation below which an averaged image is nearly constant, of the whole range of its values: 6 of 255. */
const LEAST_CONTRAST = 6 / 255;

/**
 * What an image looks like, in 64 bits as 16 hexadecimal digits: the signs of its lowest spatial frequencies (Zauner 2010, "Implementation and
 * benchmarking of perceptual image hash functions", section 3.2.1, with zero instead of the median as threshold). They do not change with
 * brightness and contrast, nor with the size. Null for an image that is nearly constant, which would look like every other one.
 */
export function lookOf(image: StoredImage): string | null {
  const shown = averaged(shownValues(image));
  if (deviation(shown) <= LEAST_CONTRAST * rangeOf(image)) return null;
  const transformed = cosineTransform(shown);
  const sign = image.inverted !== image.slope < 0 && image.voi === null ? -1 : 1;
  let bits = 0n;
  for (const [row, column] of LOWEST) {
    const positive = sign * (transformed[row * FREQUENCIES + column] ?? 0) > 0;
    bits = (bits << 1n) | (positive ? 1n : 0n);
  }
  return bits.toString(16).padStart(BITS / 4, '0');
}

interface Grey {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Grey values as the file asks to show them, 0 to 1; stored ones where it does not. */
function shownValues(image: StoredImage): Grey {
  const grey = reduced(image);
  const { voi, slope, intercept, inverted } = image;
  if (voi === null) return grey;
  const fraction = fractionAlong(voiCurve(voi));
  const values = grey.values.map((stored) => {
    const shown = Math.min(1, Math.max(0, fraction(slope * stored + intercept)));
    return inverted ? 1 - shown : shown;
  });
  return { ...grey, values };
}

/** Luma of squares of pixels, as large as leaves enough of them. */
function reduced({ width, height, channels, values }: StoredImage): Grey {
  const side = Math.max(1, Math.floor(Math.min(width, height) / WINDOWED_SIDE));
  const [across, down] = [Math.floor(width / side), Math.floor(height / side)];
  const grey = new Float32Array(across * down);
  for (let y = 0; y < down * side; y++) {
    const row = Math.floor(y / side) * across;
    for (let x = 0; x < across * side; x++) {
      const at = (y * width + x) * channels;
      const first = values[at] ?? 0;
      // Rec. 601, as wherever colours become grey.
      const value =
        channels === 1
          ? first
          : 0.299 * first + 0.587 * (values[at + 1] ?? 0) + 0.114 * (values[at + 2] ?? 0);
      const to = row + Math.floor(x / side);
      // What is no number, in volumes of floats, is background.
      if (Number.isFinite(value)) grey[to] = (grey[to] ?? 0) + value / (side * side);
    }
  }
  return { width: across, height: down, values: grey };
}

/** From black to white: what the file declares, or what its values span. */
function rangeOf({ voi, values, padding }: StoredImage): number {
  if (voi !== null) return 1;
  if (values instanceof Uint8Array) return 255;
  const { low, high } = extremes(values, { padding });
  return Math.max(high - low, Number.MIN_VALUE);
}

/** The mean of the part of the image that each pixel of the result covers, one axis after the other. @returns [SIDE, SIDE] */
function averaged({ width, height, values }: Grey): Float32Array {
  const narrow = new Float32Array(SIDE * height);
  for (const { from, to, weight } of shares(width)) {
    for (let y = 0; y < height; y++) {
      const at = y * SIDE + to;
      narrow[at] = (narrow[at] ?? 0) + weight * (values[y * width + from] ?? 0);
    }
  }
  const result = new Float32Array(SIDE * SIDE);
  for (const { from, to, weight } of shares(height)) {
    for (let x = 0; x < SIDE; x++) {
      const at = to * SIDE + x;
      result[at] = (result[at] ?? 0) + weight * (narrow[from * SIDE + x] ?? 0);
    }
  }
  return result;
}

interface Share {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** Of the length that was asked for last: mostly the same again. */
let known: { readonly length: number; readonly shares: readonly Share[] } = { length: 0, shares: [] };

/** Which pixels of `length` go into which of SIDE, and how much of each. */
function shares(length: number): readonly Share[] {
  if (known.length !== length) known = { length, shares: [...sharesOf(length)] };
  return known.shares;
}

function* sharesOf(length: number): Generator<Share, void> {
  const count = SIDE;
  const step = length / count;
  for (let to = 0; to < count; to++) {
    const [start, end] = [to * step, (to + 1) * step];
    for (let from = Math.floor(start); from < Math.min(length, Math.ceil(end)); from++) {
      const weight = (Math.min(end, from + 1) - Math.max(start, from)) / step;
      if (weight > 0) yield { from, to, weight };
    }
  }
}

function deviation(values: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

/** cos(π (2 x + 1) k / 2 N), [FREQUENCIES, SIDE]. */
const COSINES = Float32Array.from({ length: FREQUENCIES * SIDE }, (_, i) =>
  Math.cos((Math.PI * (2 * (i % SIDE) + 1) * Math.floor(i / SIDE)) / (2 * SIDE)),
);

/** Two-dimensional DCT-II without its scale. @param values [SIDE, SIDE] @returns [FREQUENCIES, FREQUENCIES] */
function cosineTransform(values: Float32Array): Float32Array {
  const rows = new Float32Array(SIDE * FREQUENCIES);
  for (let y = 0; y < SIDE; y++) {
    for (let k = 0; k < FREQUENCIES; k++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += (COSINES[k * SIDE + x] ?? 0) * (values[y * SIDE + x] ?? 0);
      rows[y * FREQUENCIES + k] = sum;
    }
  }
  const result = new Float32Array(FREQUENCIES * FREQUENCIES);
  for (let j = 0; j < FREQUENCIES; j++) {
    for (let k = 0; k < FREQUENCIES; k++) {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) sum += (COSINES[j * SIDE + y] ?? 0) * (rows[y * FREQUENCIES + k] ?? 0);
      result[j * FREQUENCIES + k] = sum;
    }
  }
  return result;
}

/** Row and column of the coefficients that count, the lowest frequencies first. */
const LOWEST: readonly (readonly [row: number, column: number])[] = Array.from(
  { length: FREQUENCIES },
  (_, sum) => Array.from({ length: sum + 1 }, (_, row) => [row, sum - row] as const),
)
  .flat()
  .slice(1, 1 + BITS);
