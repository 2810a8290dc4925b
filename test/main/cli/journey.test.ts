import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answer, copyImages, flowscreen, newFolder, refusal } from './command-line.ts';

const NOTICE = 'Not for diagnostic use.';
const folder = newFolder();
const globals = ['--home', join(folder, 'home'), '--device', 'cpu'];
const images = join(folder, 'mixed');

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const time = z.iso.datetime();
const dataset = z.strictObject({
  id: count,
  name: z.string(),
  root: z.string(),
  reachable: z.literal(true),
  labelsFromSubfolders: z.boolean(),
  pseudonymised: z.boolean(),
  grouping: z.literal('image'),
  groups: count,
  fingerprint: hash,
  lastScannedAt: time,
  counts: z.strictObject({ readable: count, skipped: count, broken: count }),
  labels: z.array(z.strictObject({ label: z.string().nullable(), count })),
});
/** As a scan answers: the dataset, and what of it is new. */
const scanned = dataset.extend({
  scan: z.strictObject({
    added: count,
    changed: count,
    unchanged: count,
    moved: count,
    gone: count,
  }),
});
const fitted = z.strictObject({
  id: count,
  name: z.string(),
  runId: count,
  weightsHash: hash,
  detector: z.literal('glow'),
  unit: z.literal('bits-per-dimension'),
  heldOutLoss: z.number(),
  steps: count,
  bestStep: count,
  rejectedSteps: count,
  seconds: z.number(),
  device: z.string(),
});

beforeAll(() => {
  copyImages('fit', join(folder, 'normal'), 24);
  for (const modality of ['flair', 't1', 't2']) {
    copyImages(join('screen', modality), join(images, modality), 6);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The tests build on each other, as the steps of a person's work do. */
describe('from a folder to a verdict', () => {
  it('datasets are added, listed and shown', async () => {
    const { scan, ...normal } = await answer(scanned, ['dataset', 'add', join(folder, 'normal'), ...globals]);
    expect(normal).toMatchObject({ name: 'normal', counts: { readable: 24, skipped: 0, broken: 0 } });
    expect(scan).toEqual({ added: 24, changed: 0, unchanged: 0, moved: 0, gone: 0 });
    const { scan: again, ...mixed } = await answer(scanned, [
      'dataset',
      'add',
      images,
      '--name',
      'to screen',
      '--labels',
      ...globals,
    ]);
    expect(again.added).toBe(18);
    expect(mixed.labels).toEqual([
      { label: 'flair', count: 6 },
      { label: 't1', count: 6 },
      { label: 't2', count: 6 },
    ]);
    const { datasets } = await answer(z.strictObject({ datasets: z.array(dataset) }), [
      'dataset',
      'list',
      ...globals,
    ]);
    expect(datasets).toEqual([normal, mixed]);
    const page = z.strictObject({
      files: z.array(z.strictObject({ relativePath: z.string(), reason: z.string() })),
      next: z.string().nullable(),
    });
    const contents = z.strictObject({
      files: z.literal(18),
      volumes: z.literal(0),
      patients: z.literal(0),
      studies: z.literal(0),
      series: z.literal(0),
      plane: z.literal('axial'),
    });
    const shown = await answer(dataset.extend({ broken: page, skipped: page, contents }), [
      'dataset',
      'show',
      'to screen',
      ...globals,
    ]);
    expect(shown).toMatchObject(mixed);
  });

  it('a general model and a model started from it are fitted', async () => {
    const small = ['--preset', 'tiny', '--steps', '12', '--size', '16', '--batch', '8', ...globals];
    const general = await answer(fitted, ['fit', 'to screen', '--name', 'general', ...small]);
    expect(general).toMatchObject({ name: 'general', steps: 12 });
    // Size and channels come from the general model.
    const args = ['fit', 'normal', '--name', 'flair', '--general', 'general', '--preset', 'tiny'];
    const model = await answer(fitted, [...args, '--steps', '10', '--batch', '8', ...globals]);
    expect(model.name).toBe('flair');
    const { models } = await answer(
      z.object({ models: z.array(z.object({ name: z.string(), scores: z.array(z.string()) })) }),
      ['model', 'list', ...globals],
    );
    expect(models.map(({ name }) => name)).toEqual(['flair', 'general']);
    expect(models[0]?.scores[0]).toBe('ratio');
    expect(models[1]?.scores[0]).toBe('likelihood');
  });

  it('a folder is screened', async () => {
    const summary = await answer(
      z.strictObject({
        runId: count,
        model: z.string(),
        dataset: z.string(),
        screened: count,
        failed: count,
        scores: z.array(z.string()),
        seconds: z.number(),
        device: z.string(),
        remarks: z.tuple([]),
      }),
      ['screen', 'flair', 'to screen', ...globals],
    );
    expect(summary).toMatchObject({ model: 'flair', dataset: 'to screen', screened: 18, failed: 0 });
    expect(summary.scores).toHaveLength(8);
  });

  const ranking = z.strictObject({
    notice: z.literal(NOTICE),
    runId: count,
    model: z.string(),
    dataset: z.string(),
    status: z.literal('done'),
    score: z.string(),
    scores: z.array(z.string()),
    threshold: z.number().nullable(),
    heldOutNormals: count,
    total: count,
    failed: count,
    images: z.array(
      z.strictObject({
        rank: count,
        fileId: count,
        // Its number, since a path may hold a patient's name.
        name: z.string().regex(/^case \d+$/),
        frame: z.int(),
        plane: z.null(),
        frames: z.int(),
        label: z.string().nullable(),
        value: z.number(),
        tail: z.strictObject({ probability: z.number(), low: z.number(), high: z.number(), normals: count }),
        flagged: z.boolean().nullable(),
        contentChanged: z.boolean(),
      }),
    ),
    failures: z.array(z.unknown()),
    remarks: z.tuple([]),
  });

  it('the images are ranked, the worst first, page by page', async () => {
    const all = await answer(ranking, ['rank', 'flair', 'to screen', ...globals]);
    expect(all).toMatchObject({ score: 'ratio', total: 18, threshold: null });
    const values = all.images.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(all.images.map(({ rank }) => rank)).toEqual(values.map((_, index) => index + 1));
    const page = await answer(ranking, [
      'rank',
      'flair',
      'to screen',
      '--limit',
      '3',
      '--offset',
      '15',
      ...globals,
    ]);
    expect(page.images).toEqual(all.images.slice(15));
    const other = await answer(ranking, ['rank', 'flair', 'to screen', '--score', 'likelihood', ...globals]);
    expect(other.score).toBe('likelihood');
  });

  it('people get a table without colours, the notice, and nothing on stderr', async () => {
    const { code, stdout, stderr } = await flowscreen([
      'rank',
      'flair',
      'to screen',
      '--limit',
      '2',
      ...globals,
    ]);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain(NOTICE);
    expect(stdout).toMatch(/^rank +score +as high in normals +label +file$/m);
    expect(stdout).toMatch(
      /^ +1 +-?[\d.]+ +[\d.]+ % \([\d.]+–[\d.]+ %\) +(flair|t1|t2) +(flair|t1|t2)\/\S+\.png$/m,
    );
    expect(stdout).not.toContain('\u001b');
  });

  it('scores are evaluated against the labels', async () => {
    const score = z.strictObject({
      score: z.string(),
      normal: z.literal(6),
      anomalous: z.literal(12),
      auroc: z.number().min(0).max(1),
      interval: z.strictObject({ low: z.number(), high: z.number() }),
    });
    const evaluation = await answer(
      z.strictObject({
        notice: z.literal(NOTICE),
        runId: count,
        model: z.string(),
        dataset: z.string(),
        normalLabels: z.array(z.string()),
        anomalousLabels: z.array(z.string()),
        unlabelled: count,
        scores: z.array(score),
        warnings: z.array(z.string()),
      }),
      ['evaluate', 'flair', 'to screen', '--normal', 'flair', ...globals],
    );
    expect(evaluation.anomalousLabels).toEqual(['t1', 't2']);
    expect(evaluation.scores).toHaveLength(8);
    const { code, kind, message } = await refusal([
      'evaluate',
      'flair',
      'to screen',
      '--normal',
      'pd',
      ...globals,
    ]);
    expect({ code, kind }).toEqual({ code: 1, kind: 'unknown-label' });
    expect(message).toContain('"flair", "t1", "t2"');
  });

  it('a heatmap is drawn for a file and for an image of a dataset', async () => {
    const drawing = z.strictObject({
      notice: z.literal(NOTICE),
      output: z.string(),
      width: count,
      height: count,
      panels: z.array(
        z.strictObject({ score: z.string(), value: z.number(), low: z.number(), high: z.number() }),
      ),
    });
    const [name = ''] = readdirSync(join(images, 't1'));
    const file = join(images, 't1', name);
    const output = join(folder, 'file.png');
    const ofFile = await answer(drawing, ['heatmap', 'flair', file, '--output', output, ...globals]);
    expect(ofFile.panels.map(({ score }) => score)[0]).toBe('ratio');
    const { format, width, height } = await sharp(output).metadata();
    expect({ format, width, height }).toEqual({ format: 'png', width: ofFile.width, height: ofFile.height });
    const inDataset = `to screen/t1/${name}`;
    const again = join(folder, 'dataset.png');
    const ofDataset = await answer(drawing, ['heatmap', 'flair', inDataset, '--output', again, ...globals]);
    expect(ofDataset.panels).toEqual(ofFile.panels);
    const missing = await refusal(['heatmap', 'flair', 'no such.png', '--output', output, ...globals]);
    expect(missing).toMatchObject({ code: 1, kind: 'not-found' });
    expect(missing.message).toContain('no such.png');
  });

  it('a threshold is set, kept in its history, and flags images', async () => {
    const threshold = z.strictObject({
      modelId: count,
      scoreName: z.string(),
      version: count,
      value: z.number(),
      falseAlarmRate: z.number(),
      ciLow: z.number(),
      ciHigh: z.number(),
      heldOutCount: count,
      createdAt: time,
      createdBy: z.string(),
      reason: z.string(),
      model: z.string(),
    });
    const set = z.strictObject({ notice: z.literal(NOTICE), threshold, tooFew: z.boolean() });
    const first = await answer(set, ['threshold', 'flair', '--false-alarms', '0.01', ...globals]);
    expect(first).toMatchObject({
      tooFew: true,
      threshold: { version: 1, scoreName: 'ratio', reason: 'none given' },
    });
    const args = ['threshold', 'set', 'flair', '--false-alarms', '60%', '--reason', 'a test', ...globals];
    const second = await answer(set, args);
    expect(second.threshold).toMatchObject({ version: 2, reason: 'a test' });
    const { thresholds } = await answer(
      z.strictObject({ notice: z.literal(NOTICE), thresholds: z.array(threshold) }),
      ['threshold', 'list', 'flair', ...globals],
    );
    expect(thresholds).toEqual([second.threshold, first.threshold]);
    const ranked = await answer(ranking, ['rank', 'flair', 'to screen', ...globals]);
    for (const { value, flagged } of ranked.images) expect(flagged).toBe(value > second.threshold.value);
  });

  it('a report of what is above the threshold names cases by numbers, and files only when asked to', async () => {
    const args = ['report', 'flair', 'to screen', '--cases', 'above-threshold', ...globals];
    const written = z.strictObject({ output: z.string(), cases: count, warnings: z.array(z.string()) });
    const output = join(folder, 'report.csv');
    const { cases } = await answer(written, [...args, '--output', output]);
    expect(cases).toBeGreaterThan(0);
    const lines = readFileSync(output, 'utf8').trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + cases);
    expect(lines[1]).toMatch(/^1,case \d+,/);
    expect(lines.join()).not.toContain('.png');
    await answer(written, [...args, '--output', output, '--identifiers']);
    expect(readFileSync(output, 'utf8')).toContain('.png');
    const pdf = join(folder, 'report.pdf');
    await answer(written, [...args, '--output', pdf, '--pictures', 'image-and-heatmap']);
    expect(readFileSync(pdf, 'latin1').match(/\/Subtype \/Image/g)?.length).toBeGreaterThanOrEqual(cases);
    const refused = await flowscreen([...args, '--output', join(folder, 'report.doc')]);
    expect(refused.code).toBe(2);
  });

  it('a model is exported', async () => {
    const output = join(folder, 'exported');
    const { files } = await answer(
      z.strictObject({ model: z.literal('flair'), files: z.array(z.string()) }),
      ['export', 'flair', '--output', output, ...globals],
    );
    expect(files.some((file) => file.endsWith('.onnx'))).toBe(true);
    for (const file of files) expect(existsSync(file)).toBe(true);
  });

  it('what does not exist is told by name', async () => {
    const model = await refusal(['screen', 'nosuch', 'to screen', ...globals]);
    expect(model).toMatchObject({ code: 1, kind: 'unknown-model' });
    expect(model.message).toContain('nosuch');
    const set = await refusal(['screen', 'flair', 'nosuch', ...globals]);
    expect(set).toMatchObject({ code: 1, kind: 'unknown-dataset' });
    const score = await refusal(['rank', 'flair', 'to screen', '--score', 'nosuch', ...globals]);
    expect(score).toMatchObject({ code: 1, kind: 'unknown-score' });
    const taken = await refusal(['fit', 'normal', '--name', 'flair', '--preset', 'tiny', ...globals]);
    expect(taken).toMatchObject({ code: 1, kind: 'name-taken' });
  });

  it('nothing that went well has left a log behind', () => {
    expect(existsSync(join(folder, 'home', 'logs'))).toBe(false);
  });
});
