/** One detector of each family, really fitted on the example's slices: fitted, screened with, mapped, exported and imported. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../../main/api/context.ts';
import { type FitRequest, fitModel } from '../../../../main/api/fit/fit.ts';
import { findModel } from '../../../../main/api/models/known-models.ts';
import { mapsByJobs } from '../../../../main/api/pictures/job-maps.ts';
import { exportModelFile, importModelFile } from '../../../../main/api/models/model-exchange.ts';
import { listModels, modelCardText } from '../../../../main/api/models/models.ts';
import { rank } from '../../../../main/api/ranking/rank.ts';
import { screenDataset } from '../../../../main/api/screening/screen.ts';
import { ONLY_PART } from '../../../../main/ingest/stored-image.ts';
import { known } from '../../../../main/jobs/known-detectors.ts';
import { SMALL_FIT } from '../small-fit.ts';
import { chance } from '../../../models/samples.ts';
import {
  EXAMPLE,
  add,
  contextAt,
  copyImages,
  fitHooks,
  newFolder,
  screenHooks,
  temporaryContext,
} from '../workplace.ts';

let folder: string;
let ctx: Context;

beforeAll(async () => {
  folder = newFolder();
  ctx = await contextAt(join(folder, 'home'));
  // Slices of one patient to learn from, every third of another to find broken ones among.
  copyImages('general/flair', join(folder, 'parts', 'flair'), 77);
  await broken(join(folder, 'parts', 'broken'), 12, 1);
  copyImages('fit', join(folder, 'lot', 'flair'), 25);
  await broken(join(folder, 'lot', 'broken'), 3, 2);
  await add(ctx, join(folder, 'parts'), 'parts', true);
  await add(ctx, join(EXAMPLE, 'general'), 'modalities', true);
  await add(ctx, join(folder, 'lot'), 'lot', true);
});

/** Pictures of what a broken sensor sends: noise. */
async function broken(to: string, count: number, seed: number): Promise<void> {
  mkdirSync(to, { recursive: true });
  const draw = chance(seed);
  const side = 64;
  for (let index = 0; index < count; index++) {
    const pixels = Uint8Array.from({ length: side * side }, () => Math.floor(256 * draw()));
    const image = sharp(pixels, { raw: { width: side, height: side, channels: 1 } });
    writeFileSync(join(to, `broken-${index}.png`), await image.toColourspace('b-w').png().toBuffer());
  }
}

afterAll(() => {
  ctx.close();
  rmSync(folder, { recursive: true, force: true });
});

const FLAIR = join(EXAMPLE, 'fit', 'DU-7294_flair_z050.png');

type Family = Partial<FitRequest> & {
  readonly detector: string;
  /** Names of the scores, the one to look at first at the front. */
  readonly scores: readonly string[];
};

const COMPUTED = { steps: null, batchSize: null };

const FAMILIES: readonly Family[] = [
  {
    detector: 'contrastive-flow',
    generalDataset: 'modalities',
    encoder: 'filter-bank',
    steps: 60,
    scores: ['likelihood'],
  },
  { detector: 'patch-memory', encoder: 'filter-bank', ...COMPUTED, scores: ['patch-distance'] },
  { detector: 'mahalanobis', encoder: 'filter-bank', ...COMPUTED, scores: ['vector', 'largest-place'] },
  {
    detector: 'hsc',
    exposure: { dataset: 'parts', label: null, images: null },
    steps: 40,
    scores: ['anomaly-probability'],
  },
  { detector: 'pixelcnn', steps: 10, scores: ['likelihood'] },
  { detector: 'dense-glow', steps: 10, scores: ['likelihood'] },
  { detector: 'local-glow', steps: 10, scores: ['likelihood'] },
  {
    detector: 'class-glow',
    dataset: 'modalities',
    label: null,
    steps: 10,
    scores: ['likelihood', 'nearest-class'],
  },
];

const FIT: FitRequest = { ...SMALL_FIT, dataset: 'parts', label: 'flair' };

describe.each(FAMILIES)('$detector', ({ scores, ...changes }) => {
  const name = changes.detector;

  it('is fitted, and says what it was fitted on', async () => {
    const hooks = fitHooks();
    const fitted = await fitModel(ctx, { ...FIT, ...changes, name }, hooks);
    const { method } = known(name) ?? {};
    expect(fitted).toMatchObject({ detector: name, unit: method?.unit });
    expect(fitted.heldOutLoss === null).toBe(method?.kind === 'computed');
    const summary = (await listModels(ctx)).find((model) => model.name === name);
    expect(summary).toMatchObject({
      detector: name,
      detectorTitle: method?.title,
      invertible: name === 'glow',
      scores,
      encoder: changes.encoder ?? null,
      generalImages: changes.generalDataset ?? null,
      exposure: changes.exposure?.dataset ?? null,
    });
    // A fixed colour scale for each map, and none without maps.
    expect(Object.keys(summary?.colourScales ?? {}).length > 0).toBe(method?.hasMaps);
    const card = modelCardText(ctx, summary?.id ?? 0);
    expect(card).toContain(`| Detector | ${method?.title ?? ''} (${name}) |`);
    if (changes.encoder !== undefined) expect(card).toContain('| Encoder | filter-bank (filter-bank 1');
    if (changes.exposure !== undefined)
      expect(card).toMatch(/\| Images that stand for anomalies \| parts: 12 \(data [0-9a-f]{64}\) \|/);
  });

  it('ranks what is broken above everything else', async () => {
    const request = { model: name, dataset: 'lot', batchSize: null };
    expect(await screenDataset(ctx, request, screenHooks())).toMatchObject({
      screened: 28,
      failed: 0,
      scores,
    });
    for (const score of scores) {
      const ranking = { model: name, dataset: 'lot', score, limit: 28, offset: 0 };
      const { images } = await rank(ctx, ranking);
      expect(images.every(({ value }) => Number.isFinite(value))).toBe(true);
      expect(images.slice(0, 3).map(({ label }) => label)).toEqual(['broken', 'broken', 'broken']);
    }
  });

  it('maps an image where it has maps', async () => {
    const model = findModel(ctx, name);
    const { maps, scores: found } = await mapsByJobs(ctx).maps(model.record.id, FLAIR, ONLY_PART);
    expect(Object.keys(found)).toEqual(scores);
    expect(Object.keys(maps).sort()).toEqual(Object.keys(model.metrics.colourScales).sort());
  });

  it('travels as a file and gives the same scores', async () => {
    const { record } = findModel(ctx, name);
    const file = await exportModelFile(ctx, record.id);
    const there = await temporaryContext();
    const imported = await importModelFile(there, file);
    const here = await mapsByJobs(ctx).maps(record.id, FLAIR, ONLY_PART);
    const elsewhere = await mapsByJobs(there).maps(imported.id, FLAIR, ONLY_PART);
    expect(elsewhere.scores).toEqual(here.scores);
    expect(findModel(there, name).settings.detector).toEqual(findModel(ctx, name).settings.detector);
  });
});

/** Of a file that this machine does not have. */
const ENCODER = {
  layout: 'NCHW',
  channels: 1,
  side: null,
  normalisation: { mean: [0], deviation: [1] },
  vector: 'features',
  grid: null,
  unitVectors: false,
};

describe('a model of features', () => {
  it('is not used with an encoder that is gone, or that computes something else', async () => {
    const { record, settings, metrics } = findModel(ctx, 'patch-memory');
    const create = (name: string, changes: { settings?: unknown; metrics?: unknown }) =>
      ctx.store.models.create({ ...record, settings, metrics, name, ...changes });
    const onnx = { kind: 'onnx', sha256: 'a'.repeat(64), description: ENCODER };
    create('gone', { settings: { ...settings, encoder: onnx, encoderName: 'resnet' } });
    create('changed', { metrics: { ...metrics, encoderFingerprint: 'filter-bank 0' } });
    const screened = (model: string) =>
      screenDataset(ctx, { model, dataset: 'lot', batchSize: null }, screenHooks());
    await expect(screened('gone')).rejects.toThrow(/"gone" needs the encoder "resnet"/);
    await expect(screened('changed')).rejects.toThrow(/computes other features than those/);
  });
});
