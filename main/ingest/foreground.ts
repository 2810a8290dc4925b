import type { StoredImage, StoredValues } from './stored-image.ts';

/** Of modality values: the foreground's distribution, from which percentiles and z-scores are taken. */
export interface Foreground {
  readonly count: number;
  readonly mean: number;
  /** Of the population. */
  readonly deviation: number;
  /** By nearest rank. @param percent 0 to 100 */
  percentile(percent: number): number;
}

/** At most so many values are kept to find percentiles among; of more, every k-th: exact enough for an 8-bit scale. */
const MOST_KEPT = 2 ** 20;

type Images = () => Iterable<StoredImage> | AsyncIterable<StoredImage>;

/**
 * Finite values above the smallest one, without padding. Where there are none (a constant image), the smallest one itself, so
 * that a mapping always exists.
 * @param images gone through twice, one at a time
 * @param total how many values they have together
 */
export async function foregroundOf(images: Images, total: number): Promise<Foreground> {
  const background = await smallest(images);
  const stride = Math.max(1, Math.ceil(total / MOST_KEPT));
  const kept = new Float64Array(Math.min(total, 2 * MOST_KEPT));
  let filled = 0;
  let count = 0;
  let sum = 0;
  let squares = 0;
  for await (const image of images()) {
    const isPixel = pixelTest(image);
    const { values, slope, intercept } = image;
    for (let i = 0; i < values.length; i++) {
      const stored = values[i] ?? NaN;
      const value = slope * stored + intercept;
      if (!isPixel(stored) || !(value > background)) continue;
      // Relative to the background, so that squares of a large offset do not swamp the differences.
      const above = value - background;
      if (count % stride === 0 && filled < kept.length) kept[filled++] = value;
      count += 1;
      sum += above;
      squares += above * above;
    }
  }
  if (count === 0) return { count: 0, mean: background, deviation: 0, percentile: () => background };
  const mean = sum / count;
  const ascending = kept.subarray(0, filled).sort();
  return {
    count,
    mean: background + mean,
    deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)),
    percentile: (percent) =>
      ascending[Math.max(0, Math.ceil((percent / 100) * filled) - 1)] ?? background + mean,
  };
}

/** Whether a stored value is one: finite, and not the file's mark for "no pixel here". */
export function pixelTest({ padding }: Pick<StoredImage, 'padding'>): (stored: number) => boolean {
  if (padding === null) return Number.isFinite;
  const { low, high } = padding;
  return (stored) => Number.isFinite(stored) && (stored < low || stored > high);
}

/** The smallest modality value of all; 0 where there is no value at all. */
async function smallest(images: Images): Promise<number> {
  let least = Infinity;
  for await (const image of images()) {
    const { low, high } = extremes(image.values, image);
    // Nothing but padding.
    if (low > high) continue;
    least = Math.min(least, Math.min(image.slope * low, image.slope * high) + image.intercept);
  }
  return Number.isFinite(least) ? least : 0;
}

/** The smallest and the largest of the values that are pixels; Infinity and -Infinity where none is. */
export function extremes(
  values: StoredValues,
  meaning: Pick<StoredImage, 'padding'>,
): { low: number; high: number } {
  if (meaning.padding === null && values.length > 0) {
    // One type of array a loop, and no test a value: this is most of what an image without a window costs.
    if (values instanceof Uint16Array) return wordExtremes(values, 0);
    if (values instanceof Int16Array) {
      return wordExtremes(new Uint16Array(values.buffer, values.byteOffset, values.length), SIGN);
    }
  }
  const isPixel = pixelTest(meaning);
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!isPixel(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

const SIGN = 2 ** 15;

/** @param sign flipped, signed values are in the order of unsigned ones */
function wordExtremes(words: Uint16Array, sign: number): { low: number; high: number } {
  let low = 2 ** 16;
  let high = -1;
  for (let i = 0; i < words.length; i++) {
    const value = (words[i] ?? 0) ^ sign;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low: low - sign, high: high - sign };
}
