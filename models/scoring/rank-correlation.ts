import { requireFinite } from './scores.ts';

/**
 * Spearman's rank correlation, in [−1, 1]: Pearson's correlation of the ranks, ties sharing their average rank.
 * @param b paired with `a` by index
 * @throws {RangeError} for lists of different length, fewer than two pairs, a value that is not finite, or a constant
 * list, whose correlation does not exist
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) {
    throw new RangeError(`a rank correlation needs pairs, not ${a.length} and ${b.length} values`);
  }
  if (a.length < 2) throw new RangeError('a rank correlation needs at least two pairs');
  requireFinite(a, 'first');
  requireFinite(b, 'second');
  const first = centredRanks(a);
  const second = centredRanks(b);
  const scale = Math.sqrt(dot(first, first)) * Math.sqrt(dot(second, second));
  if (scale === 0) throw new RangeError('a constant list has no rank correlation');
  return Math.min(1, Math.max(-1, dot(first, second) / scale));
}

/** Ranks less their mean, (n − 1)/2 counting from 0. */
function centredRanks(values: readonly number[]): Float64Array {
  const numbers = Float64Array.from(values);
  const order = Uint32Array.from(values.keys()).sort((i, j) => (numbers[i] ?? 0) - (numbers[j] ?? 0));
  const ranks = new Float64Array(values.length);
  let start = 0;
  while (start < order.length) {
    const value = numbers[order[start] ?? 0];
    let end = start + 1;
    while (end < order.length && numbers[order[end] ?? 0] === value) end += 1;
    const shared = (start + end - 1) / 2;
    for (const index of order.subarray(start, end)) ranks[index] = shared - (values.length - 1) / 2;
    start = end;
  }
  return ranks;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
