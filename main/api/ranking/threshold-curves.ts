import { setImmediate } from 'node:timers/promises';
import {
  type PrecisionRecallPoint,
  type RocPoint,
  precisionRecallCurve,
  rocCurve,
  thinnedPrecisionRecall,
  thinnedRoc,
} from '../../../models/scoring/curves.ts';
import type { Interval } from '../../../models/scoring/interval.ts';
import { averagePrecision } from '../../../models/scoring/metrics.ts';
import type { Context } from '../context.ts';
import { aurocOf } from './auroc-of.ts';
import { checkBothScored, checkLabels } from './evaluate.ts';
import { scoreOf, screenedRun } from '../screening/screening-lists.ts';

export interface CurvesRequest {
  readonly runId: number;
  readonly score: string | null;
  /** Labels of normal images; all other labels are anomalies. */
  readonly normalLabels: readonly string[];
}

export interface Curves {
  readonly roc: RocPoint[];
  readonly precisionRecall: PrecisionRecallPoint[];
  readonly auroc: Interval & { readonly estimate: number };
  readonly averagePrecision: number;
  readonly normal: number;
  readonly anomalous: number;
}

const MOST_POINTS = 500;

/**
 * How well a score of a screening tells labelled anomalies from normals, as curves of at most 500 points. The figures are
 * those of all images.
 * @throws ServiceError 'unknown-run' | 'unknown-score' | 'no-labels' | 'unknown-label' | 'no-scores'
 */
export async function thresholdCurves(ctx: Context, request: CurvesRequest): Promise<Curves> {
  const { run, model, dataset } = screenedRun(ctx, request.runId);
  const { name } = scoreOf(ctx, model, request.score);
  const normalLabels = [...new Set(request.normalLabels)];
  checkLabels(ctx.store.ranking.labels(run.id), dataset.name, normalLabels);
  const { among: normal, others: anomalous } = ctx.store.ranking.valuesByLabel(run.id, name, normalLabels);
  checkBothScored({ normal, anomalous }, name, dataset.name);
  // Of a hundred thousand images each part takes a while: other calls come in between.
  await setImmediate();
  const roc = thinnedRoc(rocCurve(normal, anomalous), MOST_POINTS);
  await setImmediate();
  const precisionRecall = thinnedPrecisionRecall(precisionRecallCurve(normal, anomalous), MOST_POINTS);
  await setImmediate();
  const { estimate, interval } = aurocOf(normal, anomalous);
  return {
    roc,
    precisionRecall,
    auroc: { estimate, ...interval },
    averagePrecision: averagePrecision(normal, anomalous),
    normal: normal.length,
    anomalous: anomalous.length,
  };
}
