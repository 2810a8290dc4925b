import { RandomStream } from '../random.ts';
import { type Interval, requireLevel } from './interval.ts';
import { requireFinite, requireScores } from './scores.ts';

/** Figures of a detector from the scores of normal and of anomalous images: `auroc`, `averagePrecision`, … */
export type Statistic = (normal: readonly number[], anomalous: readonly number[]) => number;

export interface BootstrapSettings {
  readonly seed: number;
  readonly resamples?: number;
  /** Confidence, in (0, 1). */
  readonly level?: number;
}

/**
 * The percentile bootstrap of a statistic, stratified: each side is resampled with its own size. The same seed gives the
 * same interval. Where the two sides are separated perfectly it collapses to a point: resampling cannot show what was
 * never seen.
 * @throws {RangeError} for an empty side, a score or a resampled statistic that is not finite, or settings out of range
 */
export function bootstrapInterval(
  normal: readonly number[],
  anomalous: readonly number[],
  statistic: Statistic,
  { seed, resamples = 1000, level = 0.95 }: BootstrapSettings,
): Interval {
  requireScores(normal, 'normal');
  requireScores(anomalous, 'anomalous');
  requireLevel(level);
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(`the number of resamples is a whole number from 1, not ${resamples}`);
  }
  const stream = new RandomStream(seed, 'bootstrap');
  const values = Array.from({ length: resamples }, () =>
    statistic(resample(normal, stream), resample(anomalous, stream)),
  );
  requireFinite(values, 'resampled');
  const ascending = Float64Array.from(values).sort();
  return { low: quantile(ascending, (1 - level) / 2), high: quantile(ascending, (1 + level) / 2) };
}

function resample(scores: readonly number[], stream: RandomStream): number[] {
  return Array.from(scores, () => scores[stream.integer(scores.length)] ?? NaN);
}

/** Linear between order statistics (Hyndman and Fan's type 7). */
function quantile(ascending: Float64Array, probability: number): number {
  const position = probability * (ascending.length - 1);
  const index = Math.floor(position);
  const lower = ascending[index] ?? NaN;
  const upper = ascending[index + 1] ?? lower;
  return lower + (upper - lower) * (position - index);
}
