import { extremes, pixelTest } from './foreground.ts';
import type { StoredImage, StoredValues } from './stored-image.ts';

/** An image for a viewport: nothing is windowed, scaled or cut off. */
export interface SourcePixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Interleaved [height, width, channels]. */
  readonly values: Uint8Array | Uint16Array | Int16Array | Float32Array;
  /** value = slope * stored + intercept; 1 and 0 where the file says nothing of it. */
  readonly slope: number;
  readonly intercept: number;
  /** In values: what the file asks for, else what shows most of them. Shown is centre ± width / 2. */
  readonly window: { readonly centre: number; readonly width: number };
  /** Small values are bright. */
  readonly inverted: boolean;
}

/** The image in one of the types that viewports draw. */
export function toSourcePixels(image: StoredImage): SourcePixels {
  const { width, height, channels, slope, intercept, inverted } = image;
  const values = viewable(image.values);
  return { width, height, channels, values, slope, intercept, inverted, window: windowOf(image) };
}

function viewable(values: StoredValues): SourcePixels['values'] {
  if (values instanceof Int8Array) return Int16Array.from(values);
  if (values instanceof Uint32Array || values instanceof Int32Array) return Float32Array.from(values);
  return values;
}

/** 8 bits are shown as they are; of more, the few darkest and brightest values would leave the rest too little contrast. */
function windowOf(image: StoredImage): { centre: number; width: number } {
  const { values, slope, intercept, voi, declared } = image;
  if (voi?.kind === 'window') return { centre: voi.centre, width: voi.width };
  if (voi?.kind === 'table') {
    // A viewport draws straight lines: the stretch of values that the table tells apart.
    return { centre: voi.first + voi.entries.length / 2, width: Math.max(1, voi.entries.length) };
  }
  const isByte = values instanceof Uint8Array && declared !== null;
  const { low, high } = isByte ? declared : robustRange(image);
  const width = Math.abs(slope) * (high - low);
  return {
    centre: slope * ((low + high) / 2) + intercept,
    // A constant image gets one step of its values around it.
    width: width > 0 ? width : Math.abs(slope),
  };
}

/** The share of the values that may lie outside at each end. */
const OUTSIDE = 0.005;
const BINS = 2 ** 16;

/**
 * Where all but a few of the stored values lie; both 0 where there are none. Exact for integers of 16 bits, to a 65,536th of
 * the range for anything else.
 */
export function robustRange(image: Pick<StoredImage, 'values' | 'padding'>): { low: number; high: number } {
  const isPixel = pixelTest(image);
  const ends = extremes(image.values, image);
  if (ends.low > ends.high) return { low: 0, high: 0 };
  const step = Math.max((ends.high - ends.low) / (BINS - 1), isWhole(image.values) ? 1 : Number.MIN_VALUE);
  const counts = new Uint32Array(BINS);
  let total = 0;
  for (const value of image.values) {
    if (!isPixel(value)) continue;
    const bin = Math.round((value - ends.low) / step);
    counts[bin] = (counts[bin] ?? 0) + 1;
    total += 1;
  }
  const allowed = Math.floor(total * OUTSIDE);
  const end = (bins: Iterable<number>) => {
    let seen = 0;
    for (const bin of bins) {
      seen += counts[bin] ?? 0;
      if (seen > allowed) return ends.low + bin * step;
    }
    return ends.low;
  };
  return { low: end(counts.keys()), high: end(descending(BINS)) };
}

function isWhole(values: StoredValues): boolean {
  return !(values instanceof Float32Array);
}

function* descending(length: number): Generator<number, void> {
  for (let index = length - 1; index >= 0; index--) yield index;
}
