import type { Interval } from './interval.ts';
import { proportionInterval } from './proportion-interval.ts';
import { requireFinite, requireScores, sortedScores } from './scores.ts';

export interface Threshold {
  /** An image is flagged where its score > value. */
  readonly value: number;
  /** How many of the held-out normals it flags. */
  readonly falseAlarms: number;
  /** How many held-out normals there were. */
  readonly count: number;
  /** The share of normal images flagged, in [0, 1]: as seen, and the exact 95 % interval of the true one. */
  readonly rate: Interval & { readonly estimate: number };
  /** Fewer normals than 1 / accepted rate: even one false alarm would be too many, so the rate cannot be told from 0. */
  readonly tooFew: boolean;
}

/**
 * The smallest threshold that flags no more than the accepted share of normals the model was not fitted on. Normals of
 * one score are flagged together or not at all; where all are equal, none is.
 *
 * The threshold is chosen on the very normals that are counted, which the interval allows for: with k false alarms, the
 * true rate beyond that order statistic is Beta(k + 1, n − k), the distribution that the interval's upper end is a
 * quantile of (ties only lower the true rate).
 * @param rate accepted share of false alarms, in (0, 1): 0.01 for "1 in 100 normals"
 * @throws {RangeError} for a rate outside (0, 1), without normals, or for a score that is not finite
 */
export function thresholdAtFalseAlarmRate(heldOutNormals: readonly number[], rate: number): Threshold {
  if (!(rate > 0 && rate < 1)) {
    throw new RangeError(`an accepted false-alarm rate is in (0, 1), not ${rate}`);
  }
  const descending = sortedScores(heldOutNormals, 'held-out normal').reverse();
  const count = descending.length;
  const allowed = allowedAlarms(rate, count);
  // With at most `allowed` scores above it, the next one down is the smallest value that keeps the promise.
  const value = descending[allowed] ?? NaN;
  const falseAlarms = expectedFlagged(heldOutNormals, value);
  return {
    value,
    falseAlarms,
    count,
    rate: { estimate: falseAlarms / count, ...proportionInterval(falseAlarms, count) },
    tooFew: allowed === 0,
  };
}

/**
 * What a threshold chosen by its value means: the share of the held-out normals above it, with the exact 95 % interval of
 * the true one. `tooFew` where it flags none of them.
 * @throws {RangeError} for a threshold that is NaN, without normals, or for a score that is not finite
 */
export function thresholdAtValue(heldOutNormals: readonly number[], value: number): Threshold {
  requireScores(heldOutNormals, 'held-out normal');
  const count = heldOutNormals.length;
  const falseAlarms = expectedFlagged(heldOutNormals, value);
  return {
    value,
    falseAlarms,
    count,
    rate: { estimate: falseAlarms / count, ...proportionInterval(falseAlarms, count) },
    tooFew: falseAlarms === 0,
  };
}

/**
 * How many of these scores a threshold flags.
 * @throws {RangeError} for a score that is not finite, or a threshold that is NaN
 */
export function expectedFlagged(scores: readonly number[], value: number): number {
  if (Number.isNaN(value)) throw new RangeError('a threshold must be a number');
  requireFinite(scores, 'screened');
  return scores.filter((score) => score > value).length;
}

/** The largest k with k / count ≤ rate, counted up: rate · count may round to the wrong side of a whole number. */
function allowedAlarms(rate: number, count: number): number {
  let allowed = 0;
  while ((allowed + 1) / count <= rate) allowed += 1;
  return allowed;
}
