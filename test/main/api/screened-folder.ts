/** A window on a screened folder of real files, whose scores are chosen by the test. */
import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { saveWeights } from '../../../main/api/fit/checkpoints.ts';
import type { ModelMetrics, ModelSettings } from '../../../main/api/models/records.ts';
import type { GlowFit } from '../../../models/detectors/glow.ts';
import { glowModel } from '../../../models/detectors/glow/model.ts';
import { scoreNames } from '../../../models/detectors/shared/likelihood-scores.ts';
import type { Preparation } from '../../../main/ingest/preparation-settings.ts';
import { sha256Of } from '../store/samples.ts';
import { openWindow } from './window.ts';
import { add } from './workplace.ts';

const GLOW = { channels: 1, scales: 2, stepsPerScale: 1, hiddenChannels: 4 } as const;
const FIT: GlowFit = {
  glow: GLOW,
  fit: {
    batchSize: 8,
    optimiser: { kind: 'adamax', weightDecay: 0 },
    schedule: { peak: 1e-3, warmupSteps: 0, totalSteps: 1, decay: 'constant' },
    averagingDecay: 0,
    augmentation: { translate: 0, flipHorizontally: false },
    evaluateEvery: 1,
    patience: 0,
  },
  outliers: null,
  frozenScales: 0,
};

const SETTINGS: ModelSettings = {
  preset: 'tiny',
  detector: { id: 'glow', settings: FIT },
  label: null,
  classes: null,
  generalImages: null,
  exposure: null,
  encoder: null,
  encoderName: null,
};

export const PREPARATION: Preparation = { fit: 'resize', width: 16, height: 16, channels: 1 };

/** Of the model that {@link screenedFolder} makes, the one to look at first at the front. */
export const SCORES = scoreNames(GLOW.scales, false);

export interface FolderOptions {
  /** By path below the folder. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly labels?: boolean;
  readonly preparation?: Preparation;
  /** Scores of a file by its path; null for one that failed. Where absent, its place among the paths. */
  readonly scoreOf?: (path: string, index: number) => Readonly<Record<string, number>> | null;
  readonly metrics?: (ids: Readonly<Record<string, number>>) => Partial<ModelMetrics>;
}

/** One number as every score. */
export function allScores(value: number): Record<string, number> {
  return Object.fromEntries(SCORES.map((name) => [name, value]));
}

export async function screenedFolder(options: FolderOptions) {
  const window = await openWindow();
  const { services } = window.app;
  const { store } = services;
  const root = join(window.folder, 'images');
  for (const [path, bytes] of Object.entries(options.files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  const dataset = await add(services, root, 'images', options.labels ?? false);
  const files = [...store.files.readable(dataset.id)];
  const ids = Object.fromEntries(files.map(({ id, relativePath }) => [relativePath, id]));
  const model = store.models.create({
    name: 'model',
    detector: 'glow',
    settings: SETTINGS,
    preparation: options.preparation ?? PREPARATION,
    datasetId: dataset.id,
    datasetName: dataset.name,
    generalModelId: null,
    weightsHash: saveWeights(services, glowModel(GLOW).initialParameters(1), SETTINGS),
    seed: 1,
    versions: { node: process.versions.node },
    device: 'cpu',
    dataFingerprint: sha256Of('data'),
    metrics: { ...noMetrics(), ...options.metrics?.(ids) },
  });
  const run = store.runs.start({
    kind: 'screen',
    modelId: model.id,
    datasetId: dataset.id,
    settings: { batchSize: 8 },
    seed: 0,
    device: 'cpu',
  });
  const scoreOf = options.scoreOf ?? ((_: string, index: number) => allScores(index));
  store.scores.saveBatch(
    run.id,
    files.map(({ id: fileId, relativePath }, index) => {
      const scores = scoreOf(relativePath, index);
      return scores === null ? { fileId, failure: 'It could not be read.' } : { fileId, scores };
    }),
  );
  store.runs.finish(run.id);
  return { ...window, root, ids, datasetId: dataset.id, modelId: model.id, runId: run.id };
}

function noMetrics(): ModelMetrics {
  return {
    heldOutLoss: 3,
    steps: 1,
    bestStep: 1,
    rejectedSteps: 0,
    replacedFiles: 0,
    seconds: 1,
    images: 10,
    heldOutImages: 0,
    heldOutBy: 'image',
    heldOutFileIds: [],
    scores: SCORES,
    heldOutScores: {},
    colourScales: Object.fromEntries(
      SCORES.map((name, index) => [name, { low: index - 2, high: index + 2 }]),
    ),
  };
}
