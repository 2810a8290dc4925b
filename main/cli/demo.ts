import { join, resolve } from 'node:path';
import type { Context } from '../api/context.ts';
import { addDataset } from '../api/datasets/add-dataset.ts';
import { type Evaluation, evaluate } from '../api/ranking/evaluate.ts';
import { type FitRequest, type FittedModel, fitModel } from '../api/fit/fit.ts';
import { heatmap } from '../api/pictures/heatmap.ts';
import { listModels } from '../api/models/models.ts';
import { type RankedImage, type Ranking, rank } from '../api/ranking/rank.ts';
import { screenDataset } from '../api/screening/screen.ts';
import { ServiceError } from '../api/service-error.ts';
import { type DemoResult, aurocByLabel, demoText } from './demo-report.ts';
import { showFit } from './fit-progress.ts';
import { packageFolder } from '../api/package.ts';
import type { Register } from './register.ts';
import { showScreening } from './screen.ts';
import type { Invocation } from './session.ts';
import { UsageError } from './usage-error.ts';

const MODEL = 'mri-flair';
const GENERAL = 'mri-all-modalities';
const DATASETS = { fit: 'mri-fit', general: 'mri-general', screen: 'mri-screen' };
const NORMAL = 'flair';

const TOP = 15;
const BOTTOM = 5;

/** A minute on 2 free cores, a minute and a half on busy ones. Twice as many were tried: they gained nothing here. */
const STEPS = { general: 1200, fineTuning: 400 };

/** Relative to where the person is, so that it is found. */
const PICTURES = 'demo-output';

export const registerDemo: Register = (program, run) => {
  program
    .command('demo')
    .description('fits and screens the MRI example that comes with flowscreen; takes a few minutes')
    .action(
      run(async (invocation) => {
        try {
          const result = await demonstrate(invocation);
          return { json: result, text: demoText(result, TOP) };
        } catch (error) {
          throw withoutWayOn(error, invocation.options.homeGiven);
        }
      }),
    );
};

/** The models of a demo that was stopped go with its folder: there is nothing to resume. */
function withoutWayOn(error: unknown, kept: boolean): unknown {
  if (kept || !(error instanceof ServiceError) || error.kind !== 'interrupted') return error;
  return new ServiceError('interrupted', 'The demo was stopped; nothing of it is kept.', { cause: error });
}

async function demonstrate(invocation: Invocation): Promise<DemoResult> {
  const { options, open, temporaryFolder } = invocation;
  const began = performance.now();
  const context = await open(options.homeGiven ? options.home : temporaryFolder());
  if ((await listModels(context)).some(({ name }) => name === MODEL || name === GENERAL)) {
    throw new UsageError(`"${context.home}" holds an earlier demo; name a new folder with --home.`);
  }
  await addFolders(context, invocation);
  const general = await fitted(context, invocation, {
    name: GENERAL,
    dataset: DATASETS.general,
    general: null,
    steps: STEPS.general,
  });
  const model = await fitted(context, invocation, {
    name: MODEL,
    dataset: DATASETS.fit,
    general: GENERAL,
    steps: STEPS.fineTuning,
  });
  await screened(context, invocation);
  const evaluation = await evaluate(context, {
    model: MODEL,
    dataset: DATASETS.screen,
    normalLabels: [NORMAL],
  });
  const ranking = await wholeRanking(context, evaluation);
  const pictures = await drawn(context, ranking.images);
  return {
    models: [general, model],
    evaluation,
    byLabel: aurocByLabel(ranking.images, NORMAL),
    score: ranking.score,
    most: ranking.images.slice(0, TOP),
    least: ranking.images.slice(-BOTTOM),
    pictures,
    home: options.homeGiven ? context.home : null,
    seconds: (performance.now() - began) / 1000,
  };
}

async function addFolders(context: Context, { signal, terminal }: Invocation): Promise<void> {
  const example = join(packageFolder, 'examples', 'mri-modality');
  terminal.say(`Reading ${example} …`);
  for (const role of ['fit', 'general', 'screen'] as const) {
    await addDataset(
      context,
      { root: join(example, role), name: DATASETS[role], labelsFromSubfolders: role !== 'fit' },
      { signal, onProgress: () => {} },
    );
  }
}

async function fitted(
  context: Context,
  { signal, terminal }: Invocation,
  request: Pick<FitRequest, 'name' | 'dataset' | 'general' | 'steps'>,
): Promise<FittedModel> {
  const shown = showFit(terminal, signal, `Fitting ${request.name}`);
  try {
    return await fitModel(
      context,
      {
        ...request,
        detector: 'glow',
        generalDataset: null,
        exposure: null,
        encoder: null,
        preset: 'tiny',
        seed: 1,
        preparation: { fit: 'resize', height: 64, width: 64, channels: 1 },
        label: null,
        flipHorizontally: false,
        softened: false,
        batchSize: null,
      },
      shown.hooks,
    );
  } finally {
    shown.finish();
  }
}

async function screened(context: Context, { signal, terminal }: Invocation): Promise<void> {
  const shown = showScreening(terminal);
  try {
    await screenDataset(
      context,
      { model: MODEL, dataset: DATASETS.screen, batchSize: null },
      { signal, onEvent: shown.onEvent },
    );
  } finally {
    shown.finish();
  }
}

function wholeRanking(context: Context, { scores }: Evaluation): Promise<Ranking> {
  const images = Math.max(...scores.map(({ normal, anomalous }) => normal + anomalous));
  return rank(context, {
    model: MODEL,
    dataset: DATASETS.screen,
    score: null,
    limit: images,
    offset: 0,
  });
}

async function drawn(context: Context, images: readonly RankedImage[]): Promise<string[]> {
  const folder = resolve(PICTURES);
  const chosen = [
    ['most-anomalous.png', images[0]],
    ['least-anomalous.png', images.at(-1)],
  ] as const;
  const written: string[] = [];
  for (const [name, image] of chosen) {
    if (image === undefined) continue;
    const { output } = await heatmap(context, {
      model: MODEL,
      score: null,
      dataset: DATASETS.screen,
      fileId: image.fileId,
      output: join(folder, name),
    });
    written.push(output);
  }
  return written;
}
