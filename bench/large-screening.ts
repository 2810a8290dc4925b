/** A screening as large as they come, as a finished one leaves it: database, images, model and scores, without computing any. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { saveWeights } from '../main/api/fit/checkpoints.ts';
import { type Context, openContext } from '../main/api/context.ts';
import type { ModelMetrics, ModelSettings } from '../main/api/models/records.ts';
import { sharp } from '../main/ingest/sharp.ts';
import type { FileFinding } from '../main/store/file-records.ts';
import { glow } from '../models/detectors/glow.ts';
import { glowModel } from '../models/detectors/glow/model.ts';
import { RandomStream } from '../models/random.ts';
import { scoreNames } from '../models/detectors/shared/likelihood-scores.ts';

export interface LargeScreening {
  readonly runId: number;
  readonly modelId: number;
  readonly datasetId: number;
}

/** Different images; the rows show them again and again, below different names. */
const IMAGES = 40;
const SIDE = 512;
const SCALES = 3;
const HELD_OUT = 1000;
const BATCH = 1000;

const SHAPE = { channels: 1, height: 64, width: 64 } as const;
const GLOW = glow.settings('quick', SHAPE);

const SETTINGS: ModelSettings = {
  preset: 'quick',
  detector: { id: 'glow', settings: GLOW },
  label: null,
  classes: null,
  generalImages: null,
  exposure: null,
  encoder: null,
  encoderName: null,
};

/**
 * Makes a finished screening of `rows` images (16 bit, 512 × 512), 2 % of them anomalous, with eight scores each, a
 * threshold and a few hundred decisions. The model's weights are those it would begin to be fitted with.
 * @param home where flowscreen keeps its data; made where it is missing
 */
export async function makeLargeScreening(home: string, rows: number): Promise<LargeScreening> {
  const root = join(home, 'images');
  const images = await makeImages(join(home, 'image-pool'));
  const ctx = await openContext({ home, device: 'cpu', notify: () => undefined, who: 'benchmark' });
  try {
    const dataset = ctx.store.datasets.create({
      name: 'large',
      rootPath: root,
      labelsFromSubfolders: false,
    });
    linkFolders(root, Math.ceil(rows / IMAGES));
    saveFiles(ctx, dataset.id, images, rows);
    const fileIds = Array.from(ctx.store.files.readable(dataset.id), ({ id }) => id);
    const modelId = saveModels(ctx, dataset.id, fileIds);
    const run = ctx.store.runs.start({
      kind: 'screen',
      modelId,
      datasetId: dataset.id,
      settings: { batchSize: 32 },
      seed: 0,
      device: 'cpu',
    });
    saveScores(ctx, run.id, fileIds);
    ctx.store.runs.finish(run.id);
    for (const [index, verdict] of (['flag', 'clear', 'unsure'] as const).entries()) {
      const decided = fileIds.filter((_, at) => at % 501 === index * 100);
      ctx.store.decisions.set(run.id, decided, { verdict, note: null }, 'benchmark');
    }
    return { runId: run.id, modelId, datasetId: dataset.id };
  } finally {
    ctx.close();
  }
}

interface PoolImage {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** Smooth discs with a little noise, as a scanner's slices have it. */
async function makeImages(folder: string): Promise<PoolImage[]> {
  mkdirSync(folder, { recursive: true });
  const images: PoolImage[] = [];
  for (let index = 0; index < IMAGES; index++) {
    const name = `slice-${String(index).padStart(2, '0')}.png`;
    const path = join(folder, name);
    await sharp(slice(new RandomStream(index, 'image')), { raw: { width: SIDE, height: SIDE, channels: 1 } })
      .toColourspace('grey16')
      .png({ compressionLevel: 1 })
      .toFile(path);
    const { size, mtimeMs } = statSync(path);
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    images.push({ name, sha256, sizeBytes: size, modifiedMs: mtimeMs });
  }
  return images;
}

function slice(stream: RandomStream): Uint16Array {
  const discs = Array.from({ length: 6 }, () => ({
    x: SIDE * (0.3 + 0.4 * stream.uniform()),
    y: SIDE * (0.3 + 0.4 * stream.uniform()),
    radius: SIDE * (0.05 + 0.25 * stream.uniform()),
    grey: 400 + 2600 * stream.uniform(),
  }));
  return Uint16Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    const grey = discs.reduce((sum, disc) => {
      const inside = (disc.radius - Math.hypot(x - disc.x, y - disc.y)) / 8;
      return sum + disc.grey / (1 + Math.exp(-inside));
    }, 100);
    return grey + (stream.bits() & 31);
  });
}

/** Folders that all show the same images, so that a hundred thousand paths need no hundred thousand files. */
function linkFolders(root: string, count: number): void {
  mkdirSync(root, { recursive: true });
  for (let index = 0; index < count; index++) symlinkSync('../image-pool', join(root, folderName(index)));
}

function folderName(index: number): string {
  return `series-${String(index).padStart(4, '0')}`;
}

function saveFiles(ctx: Context, datasetId: number, images: readonly PoolImage[], rows: number): void {
  const scannedAt = new Date().toISOString();
  const finding = (row: number): FileFinding[] => {
    const image = images[row % IMAGES];
    if (image === undefined) return [];
    const { name, ...file } = image;
    return [
      {
        status: 'readable',
        relativePath: `${folderName(Math.floor(row / IMAGES))}/${name}`,
        ...file,
        format: 'png',
        width: SIDE,
        height: SIDE,
        channels: 1,
        bitDepth: 16,
        label: isAnomalous(row) ? 'anomalous' : 'normal',
      },
    ];
  };
  for (let from = 0; from < rows; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, rows - from) }, (_, index) => finding(from + index));
    ctx.store.files.upsertBatch(datasetId, batch.flat(), scannedAt);
  }
  const fingerprint = createHash('sha256').update(`large screening ${rows}`).digest('hex');
  ctx.store.datasets.recordScan(datasetId, { fingerprint, scannedAt });
}

function isAnomalous(row: number): boolean {
  return row % 50 === 17;
}

/** @returns the id of the model, whose other half is a general one */
function saveModels(ctx: Context, datasetId: number, fileIds: readonly number[]): number {
  const stream = new RandomStream(2, 'held-out');
  const names = scoreNames(SCALES, true);
  const heldOutFileIds = fileIds.filter((_, index) => !isAnomalous(index)).slice(0, HELD_OUT);
  const heldOut = heldOutFileIds.map(() => scores(stream, names, false));
  const metrics: ModelMetrics = {
    heldOutLoss: 2.5,
    steps: 2000,
    bestStep: 1900,
    rejectedSteps: 0,
    replacedFiles: 0,
    seconds: 600,
    images: fileIds.length - heldOutFileIds.length,
    heldOutImages: heldOutFileIds.length,
    heldOutBy: 'image',
    heldOutFileIds,
    scores: names,
    heldOutScores: Object.fromEntries(
      names.map((name) => [name, heldOut.map((values) => values[name] ?? 0)]),
    ),
    colourScales: Object.fromEntries(names.map((name) => [name, { low: -1, high: 6 }])),
  };
  const save = (name: string, seed: number, generalModelId: number | null) =>
    ctx.store.models.create({
      name,
      detector: 'glow',
      settings: SETTINGS,
      preparation: { fit: 'resize', ...SHAPE },
      datasetId,
      datasetName: 'large',
      generalModelId,
      weightsHash: saveWeights(ctx, glowModel(GLOW.glow).initialParameters(seed), SETTINGS),
      seed,
      versions: { node: process.versions.node },
      device: 'cpu',
      dataFingerprint: createHash('sha256').update('large').digest('hex'),
      metrics,
    }).id;
  const model = save('large-normal', 1, save('large-general', 2, null));
  const ratios = heldOut.map((values) => values['ratio'] ?? 0).sort((a, b) => a - b);
  ctx.store.thresholds.append({
    modelId: model,
    scoreName: 'ratio',
    value: ratios[Math.floor(ratios.length * 0.99)] ?? 0,
    falseAlarmRate: 0.01,
    ciLow: 0.005,
    ciHigh: 0.018,
    heldOutCount: Math.max(1, heldOut.length),
    createdBy: 'benchmark',
    reason: '1 in 100 normals',
  });
  return model;
}

function saveScores(ctx: Context, runId: number, fileIds: readonly number[]): void {
  const stream = new RandomStream(3, 'scores');
  const names = scoreNames(SCALES, true);
  for (let from = 0; from < fileIds.length; from += BATCH) {
    const results = fileIds.slice(from, from + BATCH).map((fileId, index) => ({
      fileId,
      scores: scores(stream, names, isAnomalous(from + index)),
    }));
    ctx.store.scores.saveBatch(runId, results);
  }
}

/** Scores of one image, nats; the whole's are the sums over the scales. */
function scores(stream: RandomStream, names: readonly string[], anomalous: boolean): Record<string, number> {
  const values: Record<string, number> = {};
  for (const kind of ['ratio', 'likelihood']) {
    const parts = Array.from({ length: SCALES }, (_, scale) => {
      const value = 1000 / 2 ** scale + 120 * stream.normal() + (anomalous ? 250 : 0);
      values[`scale${scale + 1}-${kind}`] = value;
      return value;
    });
    values[kind] = parts.reduce((sum, value) => sum + value, 0);
  }
  return Object.fromEntries(names.map((name) => [name, values[name] ?? 0]));
}
