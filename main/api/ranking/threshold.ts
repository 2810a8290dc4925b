import { thresholdAtFalseAlarmRate } from '../../../models/scoring/threshold.ts';
import type { NewThreshold, Threshold } from '../../store/thresholds.ts';
import { recordAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import { type KnownModel, chooseScore, findModel } from '../models/known-models.ts';
import { ServiceError } from '../service-error.ts';
import { readReviewer } from '../settings.ts';

export interface SetThresholdRequest {
  readonly model: string;
  /** The model's first score when null. */
  readonly score: string | null;
  /** The share of normal images that may be flagged, in (0, 1): 0.01 for "1 in 100 normals". */
  readonly falseAlarmRate: number;
  readonly reason: string;
}

export interface ModelThreshold extends Threshold {
  readonly model: string;
}

export interface SetThreshold {
  readonly threshold: ModelThreshold;
  /** The held-out normals are too few to tell the rate from 0. */
  readonly tooFew: boolean;
}

/**
 * Sets the threshold of a score on the model's held-out normals, as the next version; earlier ones are kept.
 * @throws ServiceError 'unknown-model' | 'unknown-score' | 'invalid-request' | 'no-scores'
 */
export function setThreshold(ctx: Context, request: SetThresholdRequest): Promise<SetThreshold> {
  return Promise.resolve().then(() => {
    const model = findModel(ctx, request.model);
    const scoreName = chooseScore(request.score, model.scores);
    const { falseAlarmRate } = request;
    if (!(falseAlarmRate > 0 && falseAlarmRate < 1)) {
      throw new ServiceError(
        'invalid-request',
        `A false-alarm rate lies between 0 and 1 (0.01 flags 1 in 100 normals), so that ${falseAlarmRate} cannot be used.`,
      );
    }
    const { value, rate, count, tooFew } = thresholdAtFalseAlarmRate(
      heldOutNormals(model, scoreName),
      falseAlarmRate,
    );
    const threshold = saveThreshold(ctx, model, {
      scoreName,
      value,
      falseAlarmRate: rate.estimate,
      ciLow: rate.low,
      ciHigh: rate.high,
      heldOutCount: count,
      reason: request.reason,
    });
    return { threshold, tooFew };
  });
}

/**
 * The scores that thresholds are set on. They were scored when the model was fitted: the folder may be out of reach by now.
 * @throws ServiceError 'no-scores'
 */
export function heldOutNormals({ record, metrics }: KnownModel, scoreName: string): readonly number[] {
  const normals = metrics.heldOutScores[scoreName] ?? [];
  if (normals.length > 0) return normals;
  throw new ServiceError(
    'no-scores',
    `"${record.name}" has no held-out normal with the score ${scoreName} to set a threshold on; fit it again on more images.`,
  );
}

/** Adds the next version of a threshold, with its entry in the audit trail. */
export function saveThreshold(
  ctx: Context,
  { record }: KnownModel,
  threshold: Omit<NewThreshold, 'modelId' | 'createdBy'>,
): ModelThreshold {
  return ctx.store.transaction(() => {
    const before = ctx.store.thresholds.latest(record.id, threshold.scoreName);
    const saved = ctx.store.thresholds.append({
      ...threshold,
      modelId: record.id,
      createdBy: readReviewer(ctx),
    });
    recordAction(ctx, {
      action: 'threshold set',
      subject: `threshold of ${saved.scoreName} of model ${record.name}`,
      oldValue: before === undefined ? null : String(before.value),
      newValue: String(saved.value),
      reason: saved.reason,
    });
    return { ...saved, model: record.name };
  });
}

/**
 * Every version, newest first within each score; of one score or of all.
 * @throws ServiceError 'unknown-model' | 'unknown-score'
 */
export function listThresholds(
  ctx: Context,
  request: { readonly model: string; readonly score?: string },
): Promise<ModelThreshold[]> {
  return Promise.resolve().then(() => {
    const { record, scores } = findModel(ctx, request.model);
    const names = request.score === undefined ? scores : [chooseScore(request.score, scores)];
    return names.flatMap((name) =>
      ctx.store.thresholds.history(record.id, name).map((each) => ({ ...each, model: record.name })),
    );
  });
}
