import { delongInterval } from '../../../models/scoring/auroc-interval.ts';
import { bootstrapInterval } from '../../../models/scoring/bootstrap.ts';
import type { Interval } from '../../../models/scoring/interval.ts';
import { auroc } from '../../../models/scoring/metrics.ts';

/** The resampling's own: the same scores give the same interval. */
const BOOTSTRAP_SEED = 1;
/** Resampling more images than this would keep people waiting; the two intervals agree there. */
const MOST_RESAMPLED = 1000;

export interface Auroc {
  readonly estimate: number;
  /** 95 %, by bootstrap over images, of more than 1000 of them after DeLong: it knows nothing of patients or lots. */
  readonly interval: Interval;
}

/** Of scores, higher is more anomalous. */
export function aurocOf(normal: readonly number[], anomalous: readonly number[]): Auroc {
  return {
    estimate: auroc(normal, anomalous),
    interval:
      normal.length + anomalous.length > MOST_RESAMPLED
        ? delongInterval(normal, anomalous)
        : bootstrapInterval(normal, anomalous, auroc, { seed: BOOTSTRAP_SEED }),
  };
}
