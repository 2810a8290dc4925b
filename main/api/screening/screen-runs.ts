import type { Dataset } from '../../store/datasets.ts';
import type { Run } from '../../store/runs.ts';
import type { Context } from '../context.ts';
import { findDataset } from '../datasets/datasets.ts';
import { type KnownModel, findModel, knownModel } from '../models/known-models.ts';
import { adoptAbandoned } from '../jobs/record-failure.ts';
import { ServiceError } from '../service-error.ts';

/** A screening run, by its number or as the newest of a model on a dataset. */
export type RunChoice = { readonly run: number } | { readonly model: string; readonly dataset: string };

export interface ScreenRun {
  readonly run: Run;
  readonly model: KnownModel;
  readonly dataset: Dataset;
}

/** @throws ServiceError 'unknown-run' | 'unknown-model' | 'unknown-dataset' | 'no-scores' */
export function findScreenRun(ctx: Context, choice: RunChoice): ScreenRun {
  // What a killed process has left is shown as interrupted, not as running.
  adoptAbandoned(ctx);
  if ('run' in choice) {
    const run = ctx.store.runs.list({ kind: 'screen' }).find(({ id }) => id === choice.run);
    if (run === undefined || run.modelId === null || run.datasetId === null) {
      throw new ServiceError('unknown-run', `There is no screening with the number ${choice.run}.`);
    }
    return {
      run,
      model: knownModel(ctx.store.models.get(run.modelId)),
      dataset: ctx.store.datasets.get(run.datasetId),
    };
  }
  const model = findModel(ctx, choice.model);
  const dataset = findDataset(ctx, choice.dataset);
  const [run] = ctx.store.runs.list({
    kind: 'screen',
    modelId: model.record.id,
    datasetId: dataset.id,
  });
  if (run !== undefined) return { run, model, dataset };
  throw new ServiceError(
    'no-scores',
    `"${dataset.name}" has not been screened with "${model.record.name}"; screen it first.`,
  );
}
