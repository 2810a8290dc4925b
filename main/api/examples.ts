import { join } from 'node:path';
import type { Context } from './context.ts';
import { addDataset } from './datasets.ts';
import { fitModel } from './fit.ts';
import { packageFolder } from './package.ts';
import { screenDataset } from './screen.ts';

export interface ExampleProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

export interface ExampleHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ExampleProgress) => void;
}

export const EXAMPLE_NAMES = {
  fit: 'Example: FLAIR of one patient',
  general: 'Example: all modalities of one patient',
  screen: 'Example: mixed folder of another patient',
  generalModel: 'Example: brain MRI',
  model: 'Example: FLAIR',
};

/** As the images are; the presets' step counts are for larger images and take longer than a newcomer waits. */
const PREPARATION = { fit: 'resize', height: 64, width: 64, channels: 1 } as const;
const STEPS = { general: 400, fineTuning: 150 };
const SEED = 1;

/**
 * Adds what a newcomer explores: the datasets of the bundled example, a detector fitted on them, and a screening. What is
 * there already, from an earlier call, is kept.
 * @returns the number of the screening
 * @throws as addDataset, fitModel and screenDataset
 */
export async function addExample(ctx: Context, { signal, onProgress }: ExampleHooks): Promise<number> {
  const names = EXAMPLE_NAMES;
  const parts = ['fit', 'general', 'screen'] as const;
  for (const [done, part] of parts.entries()) {
    onProgress({ phase: 'reading images', done, total: parts.length });
    await addPart(ctx, part, signal);
  }
  await fitted(
    ctx,
    { name: names.generalModel, dataset: names.general, general: null, steps: STEPS.general },
    {
      signal,
      onProgress,
    },
  );
  await fitted(
    ctx,
    { name: names.model, dataset: names.fit, general: names.generalModel, steps: STEPS.fineTuning },
    {
      signal,
      onProgress,
    },
  );
  return screened(ctx, { signal, onProgress });
}

async function addPart(ctx: Context, part: 'fit' | 'general' | 'screen', signal: AbortSignal): Promise<void> {
  await addDataset(
    ctx,
    {
      root: join(packageFolder, 'examples', 'mri-modality', part),
      name: EXAMPLE_NAMES[part],
      labelsFromSubfolders: part !== 'fit',
    },
    { signal, onProgress: () => undefined },
  );
}

async function fitted(
  ctx: Context,
  request: { name: string; dataset: string; general: string | null; steps: number },
  { signal, onProgress }: ExampleHooks,
): Promise<void> {
  if (ctx.store.models.find(request.name) !== undefined) return;
  await fitModel(
    ctx,
    {
      ...request,
      detector: 'glow',
      preset: 'tiny',
      seed: SEED,
      preparation: PREPARATION,
      label: null,
      flipHorizontally: false,
      batchSize: null,
    },
    {
      signal,
      onEvent: (event) => {
        if (event.kind !== 'step') return;
        const phase = request.general === null ? 'fitting the general model' : 'fitting the detector';
        onProgress({ phase, done: event.step, total: event.totalSteps });
      },
    },
  );
}

async function screened(ctx: Context, { signal, onProgress }: ExampleHooks): Promise<number> {
  const { model, screen: dataset } = EXAMPLE_NAMES;
  const [newest] = ctx.store.runs.list({
    kind: 'screen',
    modelId: ctx.store.models.find(model)?.id ?? 0,
    datasetId: ctx.store.datasets.find(dataset)?.id ?? 0,
  });
  if (newest?.status === 'done') return newest.id;
  const { runId } = await screenDataset(
    ctx,
    { model, dataset, batchSize: null },
    {
      signal,
      onEvent: (event) => {
        if (event.kind !== 'finished') onProgress({ phase: 'scoring', done: event.done, total: event.total });
      },
    },
  );
  return runId;
}
