import type { RankQuery } from '../../../preload/contract.ts';
import type { Dataset } from '../../store/datasets.ts';
import type { RankingList } from '../../store/ranking.ts';
import type { Run } from '../../store/runs.ts';
import type { Context } from '../context.ts';
import { type KnownModel, chooseScore, knownModel } from '../models/known-models.ts';
import { adoptAbandoned } from '../jobs/record-failure.ts';
import { ServiceError } from '../service-error.ts';

export interface Screened {
  readonly run: Run;
  readonly model: KnownModel;
  readonly dataset: Dataset;
}

/**
 * A screening by its number. Scrolling asks again and again: the model's metrics are read once.
 * @throws ServiceError 'unknown-run' | 'unreadable-model'
 */
export function screenedRun(ctx: Context, runId: number): Screened {
  // What a killed process has left is shown as interrupted, not as running.
  adoptAbandoned(ctx);
  const run = ctx.store.runs.find(runId);
  if (run?.kind !== 'screen' || run.modelId === null || run.datasetId === null) {
    throw new ServiceError('unknown-run', `There is no screening with the number ${runId}.`);
  }
  return { run, model: keptModel(ctx, run.modelId), dataset: ctx.store.datasets.get(run.datasetId) };
}

const kept = new WeakMap<Context, Map<number, KnownModel>>();

/** A model's record never changes once it is fitted. @throws StoreError 'not-found', ServiceError 'unreadable-model' */
export function keptModel(ctx: Context, modelId: number): KnownModel {
  const models = kept.get(ctx) ?? new Map<number, KnownModel>();
  kept.set(ctx, models);
  const model = models.get(modelId) ?? knownModel(ctx.store.models.get(modelId));
  models.set(modelId, model);
  return model;
}

export interface ChosenScore {
  readonly name: string;
  /** Of the version in force; null where none is set. */
  readonly threshold: number | null;
}

/** @throws ServiceError 'unknown-score' */
export function scoreOf(ctx: Context, model: KnownModel, score: string | null): ChosenScore {
  const name = chooseScore(score, model.scores);
  return { name, threshold: ctx.store.thresholds.latest(model.record.id, name)?.value ?? null };
}

/** @throws ServiceError 'unknown-run' | 'unknown-score' | 'unreadable-model' */
export function rankingList(ctx: Context, query: RankQuery): RankingList {
  const { model } = screenedRun(ctx, query.runId);
  const { name, threshold } = scoreOf(ctx, model, query.score);
  const { runId, filter, sort } = query;
  return { runId, name, threshold, filter, sort };
}
