import type { OutlierObjective } from './against-outliers.ts';

/** Log-likelihoods of samples, in nats. */
export interface OutlierLikelihoods {
  /** log p_in(x_in). */
  readonly normal: readonly number[];
  /** log p_in(x_g). */
  readonly outlier: readonly number[];
  /** log p_g(x_g); the margin loss does without. */
  readonly general: readonly number[];
}

/** What the loss on outliers (models/losses/outlier.ts) says of samples that are at hand, in nats; a normal sample for each outlier. */
export function outlierValue(
  objective: OutlierObjective,
  { normal, outlier, general }: OutlierLikelihoods,
): number {
  const losses = outlier.map((own, index) => {
    switch (objective.kind) {
      case 'margin':
        return Math.max(0, objective.margin + own - (normal[index % normal.length] ?? NaN));
      case 'ratio': {
        const towardsOwn = (own - (general[index] ?? NaN)) / objective.temperature;
        return objective.weight * (Math.max(0, towardsOwn) + Math.log1p(Math.exp(-Math.abs(towardsOwn))));
      }
    }
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
