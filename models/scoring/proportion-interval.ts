import { incompleteBetaInverse } from './incomplete-beta.ts';
import { type Interval, requireLevel } from './interval.ts';

/**
 * The exact (Clopper–Pearson) confidence interval of a proportion seen as `successes` of `count`; it covers the true one
 * with at least the level's probability, at any size.
 * @throws {RangeError} unless 0 ≤ successes ≤ count are whole numbers, count ≥ 1, and level is in (0, 1)
 */
export function proportionInterval(successes: number, count: number, level = 0.95): Interval {
  if (!(Number.isInteger(successes) && Number.isInteger(count) && 0 <= successes && successes <= count)) {
    throw new RangeError(`${successes} of ${count} is not a proportion`);
  }
  if (count === 0) throw new RangeError('a proportion of nothing has no interval');
  requireLevel(level);
  const tail = (1 - level) / 2;
  return {
    low: successes === 0 ? 0 : incompleteBetaInverse(tail, successes, count - successes + 1),
    high: successes === count ? 1 : incompleteBetaInverse(1 - tail, successes + 1, count - successes),
  };
}
