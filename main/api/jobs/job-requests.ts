/** What a window asks for, by number, as the services want it, by name. */
import type { EncoderTrainingRequest, FitRequest as WindowFitRequest } from '../../../preload/contract.ts';
import type { Preparation } from '../../ingest/preparation-settings.ts';
import type { Run } from '../../store/runs.ts';
import type { Context } from '../context.ts';
import type { EncoderRequest } from '../encoders/encoder-training-types.ts';
import type { FitRequest } from '../fit/fit-types.ts';
import { chooseIntensity, choosePreparation } from '../inputs/preparation-choice.ts';
import { adoptAbandoned } from './record-failure.ts';
import { ServiceError } from '../service-error.ts';

/** @throws ServiceError 'unknown-dataset' */
export function datasetName(ctx: Context, id: number): string {
  const dataset = ctx.store.datasets.list().find((each) => each.id === id);
  if (dataset !== undefined) return dataset.name;
  throw new ServiceError('unknown-dataset', 'This dataset is no longer there; choose another.');
}

/** @throws ServiceError 'unknown-model' */
export function modelName(ctx: Context, id: number): string {
  const model = ctx.store.models.list().find((each) => each.id === id);
  if (model !== undefined) return model.name;
  throw new ServiceError('unknown-model', 'This model is no longer there; choose another.');
}

/** @throws ServiceError 'unknown-dataset' | 'unknown-model' */
export function fitRequest(ctx: Context, asked: WindowFitRequest): FitRequest {
  const { datasetId, generalModelId, generalDatasetId, exposure, preparation, intensity, ...rest } = asked;
  const dataset = datasetName(ctx, datasetId);
  const general = generalModelId === null ? null : modelName(ctx, generalModelId);
  return {
    ...rest,
    dataset,
    general,
    generalDataset: generalDatasetId === null ? null : datasetName(ctx, generalDatasetId),
    exposure: exposure && {
      dataset: datasetName(ctx, exposure.datasetId),
      label: exposure.label,
      images: exposure.images,
    },
    preparation: windowPreparation(ctx, dataset, { general, label: asked.label, preparation, intensity }),
    batchSize: null,
  };
}

/** @throws ServiceError 'unknown-dataset' */
export function encoderRequest(ctx: Context, asked: EncoderTrainingRequest): EncoderRequest {
  const { datasetId, preparation, intensity, ...rest } = asked;
  const dataset = datasetName(ctx, datasetId);
  const choices = { general: null, label: asked.label, preparation, intensity };
  return { ...rest, dataset, preparation: windowPreparation(ctx, dataset, choices) };
}

/** What is left open in a window is chosen. @throws ServiceError 'unknown-dataset' */
export function windowPreparation(
  ctx: Context,
  dataset: string,
  {
    general,
    label,
    preparation,
    intensity,
  }: Pick<WindowFitRequest, 'preparation' | 'intensity' | 'label'> & { readonly general: string | null },
): Preparation {
  const choices = { general: general ?? undefined, label, intensity: intensity ?? undefined };
  return preparation === null
    ? choosePreparation(ctx, dataset, choices)
    : { ...preparation, intensity: chooseIntensity(ctx, dataset, choices).intensity };
}

/**
 * A run that can go on.
 * @throws ServiceError 'unknown-run' | 'nothing-to-resume' | 'cannot-resume' where it is being worked on
 */
export function resumableRun(ctx: Context, runId: number): Run {
  adoptAbandoned(ctx);
  const run = ctx.store.runs.list().find(({ id }) => id === runId);
  if (run === undefined) throw new ServiceError('unknown-run', `There is no run with the number ${runId}.`);
  switch (run.status) {
    case 'interrupted':
    case 'failed':
      return run;
    case 'done':
      throw new ServiceError('nothing-to-resume', `Run ${runId} is finished; start a new one.`);
    case 'running':
      throw new ServiceError(
        'cannot-resume',
        `Run ${runId} is being worked on; stop it first or wait for it.`,
      );
  }
}
