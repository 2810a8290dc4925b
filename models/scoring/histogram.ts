import { requireScores } from './scores.ts';

export interface Histogram {
  /** `bins` + 1 ascending edges, from the smallest to the largest value. */
  readonly edges: readonly number[];
  /** Bin i holds edges[i] ≤ value < edges[i + 1]; the last bin also holds its upper edge. */
  readonly counts: readonly number[];
}

/**
 * Values in bins of equal width over their range. Constant values get a range around them, so that a bin has a width to
 * be drawn with.
 * @throws {RangeError} without values, for one that is not finite, for a range wider than the largest number, or where
 * `bins` is no whole number from 1
 */
export function histogram(values: readonly number[], bins: number): Histogram {
  requireScores(values, 'histogram');
  if (!Number.isInteger(bins) || bins < 1) {
    throw new RangeError(`the number of bins is a whole number from 1, not ${bins}`);
  }
  const { low, high } = rangeOf(values);
  if (!Number.isFinite(high - low))
    throw new RangeError(`the values from ${low} to ${high} are too far apart`);
  const edges = Array.from({ length: bins + 1 }, (_, index) =>
    index === bins ? high : low + (high - low) * (index / bins),
  );
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) {
    const bin = binOf(value, edges);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edges, counts };
}

function rangeOf(values: readonly number[]): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low < high) return { low, high };
  // Relative to the value: half a unit added to a huge score would be lost in rounding.
  const margin = Math.max(1, Math.abs(low)) / 2;
  return { low: low - margin, high: high + margin };
}

/**
 * The bin of a value; values beyond the edges fall into the first and the last. Searched among the edges rather than
 * divided out, so that a value on an edge lands where the edges say.
 */
export function binOf(value: number, edges: readonly number[]): number {
  let first = 0;
  let last = edges.length - 2;
  while (first < last) {
    const middle = Math.ceil((first + last) / 2);
    if ((edges[middle] ?? Infinity) <= value) first = middle;
    else last = middle - 1;
  }
  return first;
}
