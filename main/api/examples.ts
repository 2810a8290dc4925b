import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../store/models.ts';
import { recordAction } from './audit/actions.ts';
import type { Context } from './context.ts';
import { addDataset } from './datasets/add-dataset.ts';
import { fitData } from './fit/fit-data.ts';
import { type ModelPart, openModelFile } from './models/model-file.ts';
import { packageFolder } from './package.ts';
import type { ModelMetrics } from './models/records.ts';
import { screenDataset } from './screening/screen.ts';
import { ServiceError } from './service-error.ts';

export interface ExampleProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

export interface ExampleHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ExampleProgress) => void;
}

/** The names of the datasets, by their folders in the example. */
export const EXAMPLE_DATASETS = {
  fit: 'Example: normal FLAIR',
  general: 'Example: general MRI',
  screen: 'Example: mixed MRI',
} as const;

const FOLDER = join(packageFolder, 'examples', 'mri-modality');
/** Fitted ahead, as a newcomer would wait minutes for it: by tools/make-examples/mri-models.ts. */
export const EXAMPLE_MODELS = join(FOLDER, 'models', 'example-flair.flowscreen-model');

/**
 * Adds what a newcomer explores: the datasets of the bundled example, its fitted models, and a screening. What is there
 * already, from an earlier call, is kept.
 * @returns the number of the screening
 * @throws as addDataset and screenDataset
 */
export async function addExample(ctx: Context, hooks: ExampleHooks): Promise<number> {
  await addExampleDatasets(ctx, hooks);
  hooks.onProgress({ phase: 'adding models', done: 0, total: 1 });
  const model = await addModels(ctx);
  return screened(ctx, model, hooks);
}

/** @throws as addDataset */
export async function addExampleDatasets(ctx: Context, { signal, onProgress }: ExampleHooks): Promise<void> {
  const parts = ['fit', 'general', 'screen'] as const;
  for (const [done, part] of parts.entries()) {
    onProgress({ phase: 'reading images', done, total: parts.length });
    const root = join(FOLDER, part);
    const request = { root, name: EXAMPLE_DATASETS[part], labelsFromSubfolders: part !== 'fit' };
    await addDataset(ctx, request, { signal, onProgress: () => undefined });
  }
}

/** The detector, with its general model; the one that is there already where nobody removed it. */
async function addModels(ctx: Context): Promise<Model> {
  const opened = await openModelFile(await openAsBlob(EXAMPLE_MODELS));
  const [own, general] = opened.manifest.models;
  if (own === undefined || general === undefined) {
    throw new ServiceError('bad-model-file', `"${EXAMPLE_MODELS}" is not whole; install flowscreen again.`);
  }
  for (const index of opened.manifest.models.keys()) ctx.store.weights.save(await opened.weights(index));
  const generalModel = await added(ctx, general, null);
  return added(ctx, own, generalModel);
}

async function added(ctx: Context, part: ModelPart, general: Model | null): Promise<Model> {
  const { name, weights, dataset: datasetName, ...others } = part;
  const known = ctx.store.models.find(name);
  if (known?.weightsHash === weights.sha256) return known;
  if (known !== undefined) {
    throw new ServiceError(
      'name-taken',
      `A model of yours is named "${name}", like the example's; remove yours, then add the example.`,
    );
  }
  const { datasetId, ofFiles } = await fittedOn(ctx, part);
  return ctx.store.transaction(() => {
    recordAction(ctx, { action: 'model imported', subject: `model ${name}`, newValue: weights.sha256 });
    return ctx.store.models.create({
      ...others,
      name,
      datasetId,
      datasetName,
      generalModelId: general?.id ?? null,
      weightsHash: weights.sha256,
      metrics: { ...others.metrics, ...ofFiles },
    });
  });
}

/** The dataset's number here, and what its model's record says of its files; a dataset of other images is another one. */
async function fittedOn(
  ctx: Context,
  { dataset: name, dataFingerprint, preparation }: ModelPart,
): Promise<{ datasetId: number | null; ofFiles: Pick<ModelMetrics, 'heldOutFileIds' | 'inputs'> }> {
  const dataset = ctx.store.datasets.find(name);
  const data = dataset === undefined ? null : await fitData(ctx, dataset, null, preparation);
  if (data?.fingerprint !== dataFingerprint) {
    return { datasetId: null, ofFiles: { heldOutFileIds: [] } };
  }
  const heldOutFileIds = data.heldOut.map(({ id }) => id);
  return { datasetId: data.datasetId, ofFiles: { heldOutFileIds, inputs: data.inputs } };
}

async function screened(ctx: Context, model: Model, { signal, onProgress }: ExampleHooks): Promise<number> {
  const dataset = EXAMPLE_DATASETS.screen;
  const datasetId = ctx.store.datasets.find(dataset)?.id;
  const [newest] = ctx.store.runs
    .list({ kind: 'screen', modelId: model.id })
    .filter((run) => run.datasetId === datasetId);
  if (newest?.status === 'done') return newest.id;
  const { runId } = await screenDataset(
    ctx,
    { model: model.name, dataset, batchSize: null },
    {
      signal,
      onEvent: (event) => {
        if ('total' in event) onProgress({ phase: 'scoring', done: event.done, total: event.total });
      },
    },
  );
  return runId;
}
