/** The whole way on real slices: scan, fit a general and an in-distribution model, screen, rank, evaluate, draw, export. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Context } from '../../../main/api/context.ts';
import { evaluate } from '../../../main/api/ranking/evaluate.ts';
import { exportModel } from '../../../main/api/models/export.ts';
import { type FittedModel, fitModel } from '../../../main/api/fit/fit.ts';
import { heatmap } from '../../../main/api/pictures/heatmap.ts';
import { listModels } from '../../../main/api/models/models.ts';
import { rank } from '../../../main/api/ranking/rank.ts';
import { type ScreenSummary, screenDataset } from '../../../main/api/screening/screen.ts';
import { listThresholds, setThreshold } from '../../../main/api/ranking/threshold.ts';
import { openFile } from '../../../main/ingest/open-file.ts';
import { prepare } from '../../../main/ingest/preparation.ts';
import { ONLY_PART } from '../../../main/ingest/stored-image.ts';
import { openProgram } from '../../../main/engine/session.ts';
import { readFirst } from '../ingest/fixtures.ts';
import { SMALL_FIT } from './small-fit.ts';
import {
  EXAMPLE,
  add,
  contextAt,
  copyImages,
  fitHooks,
  newFolder,
  refusalOf,
  screenHooks,
} from './workplace.ts';

const NAMES = ['ratio', 'likelihood'].flatMap((kind) => [
  kind,
  `scale1-${kind}`,
  `scale2-${kind}`,
  `scale3-${kind}`,
]);

let folder: string;
let ctx: Context;
let fitted: FittedModel;
let screened: ScreenSummary;
const fitting = fitHooks();
const screening = screenHooks();

beforeAll(async () => {
  folder = newFolder();
  ctx = await contextAt(join(folder, 'home'));
  for (const modality of ['flair', 't1', 't1c', 't2']) {
    copyImages(`general/${modality}`, join(folder, 'general', modality), 16);
    copyImages(`screen/${modality}`, join(folder, 'mixed', modality), 12);
  }
  await add(ctx, join(EXAMPLE, 'fit'), 'flair');
  await add(ctx, join(folder, 'general'), 'general', true);
  await add(ctx, join(folder, 'mixed'), 'mixed', true);
  await fitModel(ctx, { ...SMALL_FIT, dataset: 'general', name: 'all modalities' }, fitHooks());
  fitted = await fitModel(ctx, { ...SMALL_FIT, name: 'flair/ratio', general: 'all modalities' }, fitting);
  screened = await screenDataset(ctx, { model: 'flair/ratio', dataset: 'mixed', batchSize: 5 }, screening);
});

afterAll(() => {
  ctx.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a fit', () => {
  it('tells its steps, evaluations, checkpoint and end', () => {
    const kinds = fitting.events.map(({ kind }) => kind);
    expect(kinds.slice(0, 2)).toEqual(['compiling', 'started']);
    expect(kinds.filter((kind) => kind === 'step')).toHaveLength(20);
    expect(kinds.filter((kind) => kind === 'evaluation')).toHaveLength(10);
    expect(kinds.slice(-2)).toEqual(['checkpoint-saved', 'finished']);
    // 77 slices: a tenth is 7, at least 8 are held out.
    expect(fitting.events[1]).toMatchObject({ steps: 20, fromStep: 0, images: 69, heldOut: 8 });
  });

  it('learns: held-out bits/dim fall below those of the first evaluation', () => {
    const [first] = fitting.events.filter((event) => event.kind === 'evaluation');
    expect(fitted.heldOutLoss).toBeLessThan(first?.heldOutLoss ?? NaN);
    expect(fitted.bestStep).toBeGreaterThan(2);
  });

  it('records what its numbers depend on', async () => {
    const record = ctx.store.models.get(fitted.id);
    expect(record).toMatchObject({ seed: 7, device: fitted.device, detector: 'glow' });
    expect(record.versions).toMatchObject({ onnxruntime: '1.30.0', node: process.versions.node });
    expect(record.dataFingerprint).toBe(ctx.store.datasets.find('flair')?.fingerprint);
    expect(ctx.store.models.get(record.generalModelId ?? 0).name).toBe('all modalities');
    const [newest, older] = await listModels(ctx);
    expect(newest).toMatchObject({ name: 'flair/ratio', general: 'all modalities', scores: NAMES });
    expect(older).toMatchObject({ name: 'all modalities', general: null, scores: NAMES.slice(4) });
  });
});

describe('a screening', () => {
  it('scores every file with every score', () => {
    expect(screened).toMatchObject({ screened: 48, failed: 0, scores: NAMES });
    expect(ctx.store.scores.names(screened.runId)).toEqual([...NAMES].sort());
    expect(screening.events[0]).toMatchObject({ kind: 'started', total: 48, done: 0 });
    expect(screening.events.at(-1)).toMatchObject({ kind: 'finished', done: 48, failed: 0 });
  });

  it('gives scores that add up over scales', () => {
    const file = ctx.store.files.find(
      ctx.store.datasets.find('mixed')?.id ?? 0,
      't2/' + (copyImages('screen/t2', join(folder, 'again'), 12)[0] ?? ''),
    );
    const scores = ctx.store.scores.ofFile(screened.runId, file?.id ?? 0)?.scores ?? {};
    for (const kind of ['ratio', 'likelihood']) {
      const parts = [1, 2, 3].map((scale) => scores[`scale${scale}-${kind}`] ?? NaN);
      expect(parts.reduce((sum, part) => sum + part)).toBeCloseTo(scores[kind] ?? NaN, 6);
    }
  });

  it('is ranked worst first, page by page', async () => {
    const page = (offset: number) =>
      rank(ctx, { model: 'flair/ratio', dataset: 'mixed', score: 'likelihood', limit: 30, offset });
    const first = await page(0);
    const second = await page(30);
    expect(first).toMatchObject({ status: 'done', total: 48, failed: 0, failures: [] });
    const all = [...first.images, ...second.images];
    expect(all.map((image) => image.rank)).toEqual(Array.from({ length: 48 }, (_, index) => index + 1));
    const values = all.map(({ value }) => value);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(new Set(all.map(({ relativePath }) => relativePath)).size).toBe(48);
  });

  it('is evaluated by labels, against pairs counted one by one', async () => {
    const result = await evaluate(ctx, { run: screened.runId, normalLabels: ['flair'] });
    expect(result.anomalousLabels).toEqual(['t1', 't1c', 't2']);
    expect(result.scores.map(({ score }) => score)).toEqual(NAMES);
    const values = ctx.store.scores.values(screened.runId, 'scale3-ratio');
    let wins = 0;
    for (const normal of values.filter(({ label }) => label === 'flair')) {
      for (const other of values.filter(({ label }) => label !== 'flair')) {
        wins += other.value > normal.value ? 1 : other.value === normal.value ? 0.5 : 0;
      }
    }
    const figure = result.scores.find(({ score }) => score === 'scale3-ratio');
    expect(figure).toMatchObject({ normal: 12, anomalous: 36 });
    expect(figure?.auroc).toBeCloseTo(wins / (12 * 36), 12);
    expect(figure?.interval.low).toBeLessThanOrEqual(figure?.auroc ?? NaN);
    expect(figure?.interval.high).toBeGreaterThanOrEqual(figure?.auroc ?? NaN);
  });

  it('cannot be evaluated without normal or without other labels', async () => {
    const choose = (normalLabels: string[]) =>
      refusalOf(evaluate(ctx, { run: screened.runId, normalLabels }));
    expect((await choose([])).kind).toBe('no-labels');
    expect((await choose(['flair', 't1', 't1c', 't2'])).kind).toBe('no-labels');
    expect((await choose(['pd'])).kind).toBe('unknown-label');
  });
});

describe('a threshold', () => {
  it('is set on held-out normals, versioned, and flags what lies above', async () => {
    const request = { model: 'flair/ratio', score: 'likelihood', reason: 'a try' };
    const { threshold } = await setThreshold(ctx, { ...request, falseAlarmRate: 0.2 });
    // 8 held-out normals: one of them may be flagged.
    expect(threshold).toMatchObject({
      version: 1,
      heldOutCount: 8,
      createdBy: 'a reader',
      falseAlarmRate: 0.125,
    });
    const strict = await setThreshold(ctx, { ...request, falseAlarmRate: 0.01 });
    expect(strict).toMatchObject({ tooFew: true, threshold: { version: 2, falseAlarmRate: 0 } });
    const versions = await listThresholds(ctx, { model: 'flair/ratio' });
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
    const ranking = await rank(ctx, { run: screened.runId, score: 'likelihood', limit: 48, offset: 0 });
    expect(ranking.threshold).toBe(strict.threshold.value);
    for (const { flagged, value } of ranking.images) expect(flagged).toBe(value > strict.threshold.value);
  });

  it('needs a rate between 0 and 1 and a score that exists', async () => {
    const set = (score: string, falseAlarmRate: number) =>
      refusalOf(setThreshold(ctx, { model: 'flair/ratio', score, falseAlarmRate, reason: '' }));
    expect((await set('likelihood', 1)).kind).toBe('invalid-request');
    expect((await set('scale9-ratio', 0.1)).message).toContain('scale3-ratio');
  });
});

describe('a heatmap', () => {
  it('is a picture on the same scales for every image, whose values are the scores of the screening', async () => {
    const output = join(folder, 'pictures', 'heat.png');
    const ranking = await rank(ctx, { run: screened.runId, score: null, limit: 48, offset: 0 });
    const [top, bottom] = [ranking.images[0], ranking.images.at(-1)];
    const draw = (fileId: number) =>
      heatmap(ctx, { model: 'flair/ratio', score: null, dataset: 'mixed', fileId, output });
    const one = await draw(top?.fileId ?? 0);
    const picture = await readFirst(output);
    expect(picture).toMatchObject({ width: one.width, height: one.height, channels: 3 });
    expect(one.panels.map(({ score }) => score)).toEqual(NAMES.slice(0, 4));
    expect(one.panels[0]?.value).toBeCloseTo(top?.value ?? NaN, 3);
    const other = await draw(bottom?.fileId ?? 0);
    const scales = (drawn: typeof one) => drawn.panels.map(({ low, high }) => [low, high]);
    expect(scales(other)).toEqual(scales(one));
  });

  it('is drawn of any file, of one scale alone', async () => {
    const output = join(folder, 'one.png');
    const path = join(EXAMPLE, 'fit', 'DU-7294_flair_z070.png');
    const drawn = await heatmap(ctx, { model: 'flair/ratio', score: 'scale2-likelihood', path, output });
    expect(drawn.panels.map(({ score }) => score)).toEqual(['scale2-likelihood']);
  });

  it('says what is wrong with the file, the score or the place to write', async () => {
    const base = { model: 'flair/ratio', score: null, dataset: 'mixed', output: join(folder, 'no.png') };
    expect((await refusalOf(heatmap(ctx, { ...base, fileId: 1 }))).kind).toBe('unknown-file');
    expect((await refusalOf(heatmap(ctx, { ...base, score: 'x', fileId: 1 }))).kind).toBe('unknown-score');
    const path = join(EXAMPLE, 'fit', 'DU-7294_flair_z070.png');
    const refused = await refusalOf(heatmap(ctx, { ...base, path, output: folder }));
    expect(refused.kind).toBe('write-failed');
    expect(existsSync(join(folder, 'no.png'))).toBe(false);
  });
});

describe('an export', () => {
  it('runs in ONNX Runtime and gives the scores of the screening; its card says what it is', async () => {
    const { files } = await exportModel(ctx, { model: 'flair/ratio', output: join(folder, 'out'), batch: 1 });
    expect(files.map((file) => file.slice(join(folder, 'out').length + 1))).toEqual([
      'flair_ratio.onnx',
      'flair_ratio.general.onnx',
      'flair_ratio.md',
      'flair_ratio.json',
    ]);
    const [own = '', general = '', card = '', data = ''] = files;
    const [image] = (await rank(ctx, { run: screened.runId, score: 'ratio', limit: 1, offset: 0 })).images;
    const file = await openFile(join(folder, 'mixed', image?.relativePath ?? ''));
    const { pixels } = await (await prepare(file, ONLY_PART, SMALL_FIT.preparation)).at(0);
    const input = Float32Array.from(pixels, (x) => x / 256 - 0.5 + 1 / 512);
    const logLikelihood = async (path: string) => {
      const place = { kind: 'cpu', label: 'CPU', threads: 1 } as const;
      const program = await openProgram(new Uint8Array(readFileSync(path)), place);
      const outputs = await program.run({ images: { data: input, shape: [1, 1, 32, 32] } });
      await program.dispose();
      return Object.values(outputs).reduce(
        (sum, { data: values }) => sum + Array.from(values).reduce((part, value) => part + value, 0),
        0,
      );
    };
    expect((await logLikelihood(general)) - (await logLikelihood(own))).toBeCloseTo(image?.value ?? NaN, 1);
    const graph = readFileSync(own, 'latin1');
    expect(graph).toContain('Not for diagnostic use');
    expect(graph).toContain(ctx.store.models.get(fitted.id).dataFingerprint);
    const read = z.object({ notice: z.string(), seed: z.int(), weights: z.string() });
    expect(read.parse(JSON.parse(readFileSync(data, 'utf8')))).toEqual({
      notice: 'Not for diagnostic use',
      seed: 7,
      weights: fitted.weightsHash,
    });
    expect(readFileSync(card, 'utf8')).toContain('| Preset | tiny |');
  });
});

describe('names', () => {
  it('that are not known are answered with those that are', async () => {
    const model = await refusalOf(
      screenDataset(ctx, { model: 'x', dataset: 'mixed', batchSize: null }, screenHooks()),
    );
    expect(model).toMatchObject({ kind: 'unknown-model' });
    expect(model.message).toContain('"flair/ratio"');
    const request = { run: 1, score: null, limit: 1, offset: 0 };
    expect((await refusalOf(rank(ctx, request))).kind).toBe('unknown-run');
    const unscreened = { model: 'all modalities', dataset: 'mixed', score: null, limit: 1, offset: 0 };
    expect((await refusalOf(rank(ctx, unscreened))).kind).toBe('no-scores');
    expect((await refusalOf(fitModel(ctx, { ...SMALL_FIT, name: 'flair/ratio' }, fitHooks()))).kind).toBe(
      'name-taken',
    );
  });
});
