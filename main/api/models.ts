import type { Context } from './context.ts';
import { type KnownModel, generalOf, knownModel } from './known-models.ts';

export interface ModelSummary {
  readonly id: number;
  readonly name: string;
  readonly detector: string;
  readonly preset: string;
  readonly dataset: string;
  readonly general: string | null;
  readonly seed: number;
  readonly device: string;
  /** UTC, ISO 8601. */
  readonly createdAt: string;
  readonly heldOutBitsPerDimension: number;
  /** Names of its scores, the one to look at first at the front. */
  readonly scores: readonly string[];
}

/** Newest first. @throws ServiceError 'unreadable-model' */
export function listModels(ctx: Context): Promise<ModelSummary[]> {
  return Promise.resolve().then(() =>
    ctx.store.models.list().map((record) => summaryOf(ctx, knownModel(record))),
  );
}

function summaryOf(ctx: Context, model: KnownModel): ModelSummary {
  const { record, settings, metrics, scores } = model;
  const { id, name, detector, datasetName, seed, device, createdAt } = record;
  return {
    id,
    name,
    detector,
    preset: settings.preset,
    dataset: datasetName,
    general: generalOf(ctx, model)?.record.name ?? null,
    seed,
    device,
    createdAt,
    heldOutBitsPerDimension: metrics.heldOutBitsPerDimension,
    scores,
  };
}
