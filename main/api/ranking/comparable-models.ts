/** Which models that screened a dataset can be looked at together. */
import type { ComparableModel } from '../../../preload/contract.ts';
import type { Context } from '../context.ts';
import type { KnownModel } from '../models/known-models.ts';
import { readableModels } from '../models/models.ts';
import { findScreenRun } from '../screening/screen-runs.ts';
import { ServiceError } from '../service-error.ts';
import { heldOutById, requireTogether } from './held-out-together.ts';

export interface ComparableModels {
  readonly datasetId: number;
  readonly dataset: string;
  /** That of the screening first, then the others, newest first. */
  readonly models: ComparableModel[];
}

/** @throws ServiceError 'unknown-run' | 'unreadable-model' where that of the screening is */
export function comparableModels(ctx: Context, runId: number): ComparableModels {
  const { model: own, dataset } = findScreenRun(ctx, { run: runId });
  const newestFirst = ctx.store.runs.list({ kind: 'screen', datasetId: dataset.id });
  const newest = new Map(newestFirst.toReversed().map(({ id, modelId }) => [modelId, id]));
  const others = ctx.store.models.list().filter(({ id }) => id !== own.record.id && newest.has(id));
  const models = [own, ...readableModels(others)].map((model): ComparableModel => {
    const { record, settings, detector } = model;
    return {
      modelId: record.id,
      model: record.name,
      runId: newest.get(record.id) ?? runId,
      score: firstScore(model),
      detectorId: settings.detector.id,
      detector: detector.method.title,
      refusal: refusalOf(own, model),
    };
  });
  return { datasetId: dataset.id, dataset: dataset.name, models };
}

const firstScore = ({ scores: [score = ''] }: KnownModel): string => score;

/** Why two models do not go together; null where they do. */
function refusalOf(...models: readonly [KnownModel, KnownModel]): string | null {
  try {
    requireTogether(models.map((model) => heldOutById(model, firstScore(model))));
    return null;
  } catch (error) {
    if (error instanceof ServiceError) return error.message;
    throw error;
  }
}
