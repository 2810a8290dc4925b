import { bootstrapInterval } from '../../models/scoring/bootstrap.ts';
import { auroc } from '../../models/scoring/metrics.ts';

/** Scores of normal and of anomalous images. */
export type Sides = readonly [normal: readonly number[], anomalous: readonly number[]];

const RESAMPLES = 400;

/** 95 %: images are resampled within each seed, and the seeds' AUROCs averaged. */
export function meanInterval(sides: readonly Sides[]): { low: number; high: number } {
  const intervals = sides.map(([normal, anomalous], index) =>
    bootstrapInterval(normal, anomalous, auroc, { seed: index, resamples: RESAMPLES }),
  );
  // Seeds share no fitted weights and little test data: widths combine as standard errors do.
  const centre = mean(sides.map(([normal, anomalous]) => auroc(normal, anomalous)));
  const half = Math.sqrt(mean(intervals.map(({ low, high }) => ((high - low) / 2) ** 2)) / sides.length);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
