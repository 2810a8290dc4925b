/** What a window shows and asks of a model's thresholds. */
import type { ThresholdPreview, ThresholdVersion } from '../../../preload/contract.ts';
import { commonHistogram } from '../../../models/scoring/common-histogram.ts';
import { thresholdAtFalseAlarmRate, thresholdAtValue } from '../../../models/scoring/threshold.ts';
import type { Threshold } from '../../store/thresholds.ts';
import type { Context } from '../context.ts';
import { type KnownModel, chooseScore } from '../models/known-models.ts';
import { keptModel, screenedRun } from '../screening/screening-lists.ts';
import { ServiceError } from '../service-error.ts';
import { heldOutNormals, saveThreshold } from './threshold.ts';

/** A score of a model; the model's first when null. */
export interface ScoreChoice {
  readonly modelId: number;
  readonly score: string | null;
}

interface RunChoice extends ScoreChoice {
  /** A screening with the model. */
  readonly runId: number | null;
}

export interface Distribution {
  readonly score: string;
  readonly edges: number[];
  readonly heldOut: number[];
  readonly run: number[] | null;
  readonly current: ThresholdVersion | null;
}

/**
 * Held-out normals and a screening on common bins, see {@link commonHistogram}.
 * @throws ServiceError 'unknown-model' | 'unknown-score' | 'unknown-run' | 'invalid-request' | 'no-scores'
 */
export function thresholdDistribution(
  ctx: Context,
  request: RunChoice & { readonly bins: number },
): Distribution {
  const { model, score } = chosen(ctx, request);
  const normals = model.metrics.heldOutScores[score] ?? [];
  const runId = runOf(ctx, request);
  const screened = runId === null ? null : ctx.store.ranking.values(runId, score);
  if (normals.length === 0 && (screened === null || screened.length === 0)) {
    throw new ServiceError(
      'no-scores',
      `"${model.record.name}" has neither a held-out normal nor a screened image with the score ${score}; screen a dataset first.`,
    );
  }
  const { edges, counts } = commonHistogram([normals, screened ?? []], request.bins);
  const [heldOut = [], run = []] = counts;
  const current = ctx.store.thresholds.latest(model.record.id, score);
  return {
    score,
    edges: [...edges],
    heldOut: [...heldOut],
    run: screened === null ? null : [...run],
    current: current === undefined ? null : versionOf(current),
  };
}

/** @throws ServiceError 'unknown-model' | 'unknown-score' | 'unknown-run' | 'invalid-request' | 'no-scores' */
export function previewThreshold(
  ctx: Context,
  request: RunChoice & { readonly at: { readonly value: number } | { readonly falseAlarmRate: number } },
): ThresholdPreview {
  const { model, score } = chosen(ctx, request);
  const normals = heldOutNormals(model, score);
  const { at } = request;
  const { value, rate, count, tooFew } =
    'value' in at
      ? thresholdAtValue(normals, at.value)
      : thresholdAtFalseAlarmRate(normals, at.falseAlarmRate);
  const runId = runOf(ctx, request);
  return {
    value,
    falseAlarmRate: rate,
    heldOutCount: count,
    flagged: runId === null ? null : ctx.store.ranking.countAbove(runId, score, value),
    scored: runId === null ? null : ctx.store.ranking.countScored(runId, score),
    tooFew,
  };
}

/**
 * Sets a threshold by its value, as the next version.
 * @throws ServiceError 'unknown-model' | 'unknown-score' | 'no-scores'
 */
export function setThresholdValue(
  ctx: Context,
  request: ScoreChoice & { readonly value: number; readonly reason: string },
): ThresholdVersion {
  const { model, score } = chosen(ctx, request);
  const { value, rate, count } = thresholdAtValue(heldOutNormals(model, score), request.value);
  const saved = saveThreshold(ctx, model, {
    scoreName: score,
    value,
    falseAlarmRate: rate.estimate,
    ciLow: rate.low,
    ciHigh: rate.high,
    heldOutCount: count,
    reason: request.reason,
  });
  return versionOf(saved);
}

/** Every version, newest first. @throws ServiceError 'unknown-model' | 'unknown-score' */
export function thresholdHistory(ctx: Context, request: ScoreChoice): ThresholdVersion[] {
  const { model, score } = chosen(ctx, request);
  return ctx.store.thresholds.history(model.record.id, score).map(versionOf);
}

function chosen(ctx: Context, { modelId, score }: ScoreChoice): { model: KnownModel; score: string } {
  const model = keptModel(ctx, modelId);
  return { model, score: chooseScore(score, model.scores) };
}

function runOf(ctx: Context, { modelId, runId }: RunChoice): number | null {
  if (runId === null) return null;
  const { run, model, dataset } = screenedRun(ctx, runId);
  if (model.record.id === modelId) return run.id;
  throw new ServiceError(
    'invalid-request',
    `"${dataset.name}" was screened with "${model.record.name}" in screening ${runId}, not with the model chosen; choose a screening of that model.`,
  );
}

function versionOf(threshold: Threshold): ThresholdVersion {
  const { version, scoreName, value, falseAlarmRate, ciLow, ciHigh, heldOutCount } = threshold;
  return {
    version,
    score: scoreName,
    value,
    falseAlarmRate,
    interval: { low: ciLow, high: ciHigh },
    heldOutCount,
    at: threshold.createdAt,
    who: threshold.createdBy,
    reason: threshold.reason,
  };
}
