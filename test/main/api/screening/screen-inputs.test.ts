/** CT and MR made here: fitted on one, screened with the other. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../../main/api/context.ts';
import { fitModel } from '../../../../main/api/fit/fit.ts';
import { findModel } from '../../../../main/api/models/known-models.ts';
import { modelCard, modelCardData } from '../../../../main/api/models/model-card.ts';
import { listModels } from '../../../../main/api/models/models.ts';
import { choosePreparation } from '../../../../main/api/inputs/preparation-choice.ts';
import { rank } from '../../../../main/api/ranking/rank.ts';
import { previewReport } from '../../../../main/api/reports/report.ts';
import { type ScreenEvent, resumeScreening, screenDataset } from '../../../../main/api/screening/screen.ts';
import { showScreening } from '../../../../main/api/triage/triage.ts';
import { PreparedImages } from '../../../../main/ingest/loader.ts';
import { openFile } from '../../../../main/ingest/open-file.ts';
import { prepare } from '../../../../main/ingest/preparation.ts';
import { FolderImages } from '../../../../main/jobs/image-source.ts';
import { dicomSlice } from '../dicom-slice.ts';
import { SMALL_FIT } from '../small-fit.ts';
import { greyPng } from '../small-images.ts';
import { add, contextAt, fitHooks, newFolder, refusalOf, screenHooks } from '../workplace.ts';

const SIDE = 32;
const ONLY = { frame: 0, plane: null };
const CT = [0x0008, 0x0060, 'CS', 'CT'] as const;
const MR = [0x0008, 0x0060, 'CS', 'MR'] as const;

/** Hounsfield units from -1000 to beyond 250, stored with the usual offset; every file asks for another window. */
function ctSlice(index: number): Buffer {
  return dicomSlice({
    value: 0,
    side: SIDE,
    texts: [CT],
    rescale: { intercept: -1024, slope: 1 },
    window: { centre: index, width: 10 + index },
    valueAt: (pixel) => 24 + ((pixel * 7 + index * 50) % 1600),
  });
}

function mrSlice(index: number): Buffer {
  return dicomSlice({
    value: 0,
    side: SIDE,
    texts: [MR],
    valueAt: (pixel) => (pixel * (3 + index)) % 900,
  });
}

let folder: string;
let ctx: Context;

beforeAll(async () => {
  folder = newFolder();
  ctx = await contextAt(join(folder, 'home'));
  const plant = (path: string, content: Buffer) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  for (let index = 0; index < 24; index++) plant(`ct/${index}.dcm`, ctSlice(index));
  for (let index = 0; index < 9; index++) plant(`mr/${index}.dcm`, mrSlice(index));
  for (let index = 0; index < 5; index++) plant(`mixed/ct ${index}.dcm`, ctSlice(100 + index));
  for (let index = 0; index < 3; index++) plant(`mixed/mr ${index}.dcm`, mrSlice(index));
  plant('mixed/photo.png', await greyPng(1, { width: 100, height: 32 }));
  for (const name of ['ct', 'mr', 'mixed']) await add(ctx, join(folder, name), name);
  const preparation = choosePreparation(ctx, 'ct', { size: SIDE });
  await fitModel(ctx, { ...SMALL_FIT, dataset: 'ct', name: 'of ct', preparation }, fitHooks());
});

afterAll(() => {
  ctx.close();
  rmSync(folder, { recursive: true, force: true });
});

const screen = (dataset: string, more: Partial<Parameters<typeof screenDataset>[1]> = {}) =>
  screenDataset(ctx, { model: 'of ct', dataset, batchSize: 4, ...more }, screenHooks());

const without = (name: string, fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name));

/** The window of soft tissue on what a slice stores, from the formula alone. */
const expected = (stored: number) =>
  Math.round(255 * Math.min(1, Math.max(0, (stored - 1024 + 150) / (250 + 150))));

describe('a model of CT', () => {
  it('sees Hounsfield units through one window, whatever each file asks for', async () => {
    const { preparation } = findModel(ctx, 'of ct');
    expect(preparation.intensity).toEqual({ kind: 'window', low: -150, high: 250 });
    const inputs = await prepare(await openFile(join(folder, 'ct/3.dcm')), ONLY, preparation);
    const { pixels } = await inputs.at(0);
    const stored = Array.from({ length: SIDE * SIDE }, (_, pixel) => 24 + ((pixel * 7 + 150) % 1600));
    expect([...pixels]).toEqual(stored.map(expected));
  });

  it('is fitted on and scores the very same bytes of an image', async () => {
    const { record, preparation, metrics } = findModel(ctx, 'of ct');
    const files = [{ id: 1, relativePath: '7.dcm', frame: 0, plane: null }];
    const images = new PreparedImages(join(folder, 'ct'), files, preparation);
    const source = new FolderImages(images, [1], () => undefined);
    const [fitted] = await source.read([0]);
    const drawn = await prepare(await openFile(join(folder, 'ct/7.dcm')), ONLY, preparation);
    expect((await drawn.at(0)).pixels).toEqual(fitted);
    // And to the last bit of the score, through both jobs.
    const { runId } = await screen('ct');
    const screened = metrics.heldOutFileIds.map(
      (id) => ctx.store.scores.ofFile(runId, id)?.scores['likelihood'],
    );
    expect(screened.toSorted()).toEqual((metrics.heldOutScores['likelihood'] ?? []).toSorted());
    expect(ctx.store.runs.get(runId).settings).toEqual({ batchSize: 4 });
    expect(record.datasetName).toBe('ct');
  });

  it('keeps what it has seen, for its card and for the window', async () => {
    const model = findModel(ctx, 'of ct');
    expect(model.metrics.inputs).toMatchObject({
      modalities: ['CT'],
      families: ['DICOM'],
      values: [{ bits: 16, samples: 'unsigned', windowed: true }],
      width: { smallest: SIDE, largest: SIDE },
    });
    const seen = 'CT; DICOM files; 16 bits; grey; 32x32 pixels';
    expect((await listModels(ctx))[0]).toMatchObject({
      inputs: seen,
      preparation: 'resize 32x32 grey, window -150 to 250',
    });
    const card = modelCard(modelCardData(model, null));
    expect(card).toContain(`| Images were | ${seen} |`);
    expect(card).toContain('| Images prepared as | resize 32x32 grey, window -150 to 250 |');
  });

  it('is the only kind that a model with it as its general one can be', async () => {
    const choices = { general: 'of ct', size: SIDE };
    expect(choosePreparation(ctx, 'mr', choices).intensity).toEqual({ kind: 'window', low: -150, high: 250 });
    const preparation = choosePreparation(ctx, 'ct', { ...choices, intensity: { kind: 'file' } });
    const request = { ...SMALL_FIT, dataset: 'ct', name: 'other', general: 'of ct', preparation };
    const refused = await refusalOf(fitModel(ctx, request, fitHooks()));
    expect(refused.kind).toBe('preparation-mismatch');
    expect(refused.message).toContain(
      'resize 32x32 grey, window -150 to 250, not resize 32x32 grey, values as',
    );
  });
});

describe('MR for a model of CT', () => {
  it('is refused with the reason, and nothing is begun', async () => {
    const before = ctx.store.runs.list().length;
    const refused = await refusalOf(screen('mr'));
    expect(refused.kind).toBe('does-not-fit');
    expect(refused.message).toBe(
      'The images of "mr" are not of the kind that "of ct" was fitted on: 9 images are of the modality MR, the model was fitted on CT. ' +
        'Choose another model, or screen them anyway and say why.',
    );
    expect(ctx.store.runs.list()).toHaveLength(before);
    // Leaving them out would leave nothing.
    expect((await refusalOf(screen('mr', { misfits: { kind: 'left-out' } }))).kind).toBe('does-not-fit');
  });

  it('is screened with a reason, which stays beside the results, in reports and in the audit trail', async () => {
    const summary = await screen('mr', { misfits: { kind: 'included', reason: 'to see what it does' } });
    expect(summary).toMatchObject({ screened: 9, failed: 0 });
    const remark =
      'Screened although 9 of 9 images are not of the kind that the model was fitted on ' +
      '(9 images are of the modality MR, the model was fitted on CT). Reason given: to see what it does';
    expect(summary.remarks).toEqual([remark]);
    expect(showScreening(ctx, summary.runId, null).remarks).toEqual([remark]);
    expect((await rank(ctx, { run: summary.runId, score: null, limit: 1, offset: 0 })).remarks).toEqual([
      remark,
    ]);
    const { facts } = await previewReport(ctx, {
      runId: summary.runId,
      score: null,
      cases: { verdicts: ['clear'] },
      columns: ['rank'],
      pictures: 'none',
      burnedInPictures: false,
      identifiers: false,
      retain: [],
      title: 'A report',
      comment: '',
    });
    expect(facts).toContainEqual({ name: 'Remark', value: remark });
    const [entry] = ctx.store.audit.page({ action: 'misfits screened', offset: 0, limit: 5 }).rows;
    expect(entry).toMatchObject({
      subject: `screening ${summary.runId} of dataset mr`,
      newValue: '9 images are of the modality MR, the model was fitted on CT',
      reason: 'to see what it does',
    });
  });
});

describe('a folder of which a part fits', () => {
  it('is refused with how many do not, and why', async () => {
    const { message } = await refusalOf(screen('mixed'));
    expect(message).toContain('Some images of "mixed" are not of the kind');
    expect(message).toContain('3 images are of the modality MR');
    expect(message).toContain('1 image does not state the modality, the model was fitted on CT');
    expect(message).toContain('1 image is 3.1 times larger');
    expect(message).toContain('Leave these images out, or screen them anyway and say why.');
  });

  it('is screened without that part, and each image of it is listed with the reason', async () => {
    const { runId, screened, failed, remarks } = await screen('mixed', { misfits: { kind: 'left-out' } });
    expect([screened, failed]).toEqual([9, 4]);
    expect(remarks[0]).toMatch(/^4 of 9 images were left out, because/);
    const failures = ctx.store.scores.failures(runId, { limit: 10 });
    expect(failures.map(({ relativePath }) => relativePath)).toEqual([
      'mr 0.dcm',
      'mr 1.dcm',
      'mr 2.dcm',
      'photo.png',
    ]);
    expect(failures[0]?.reason).toBe(
      'It was left out, because it is of the modality MR, the model was fitted on CT.',
    );
    const [entry] = ctx.store.audit.page({ action: 'misfits left out', offset: 0, limit: 5 }).rows;
    expect(entry).toMatchObject({ subject: `screening ${runId} of dataset mixed`, reason: null });
  });

  it('is continued as it was begun, and begun anew where it is to be done in another way', async () => {
    const begin = (misfits: NonNullable<Parameters<typeof screen>[1]>['misfits']) => {
      const controller = new AbortController();
      const stopping = {
        signal: controller.signal,
        onEvent: (event: ScreenEvent) => {
          if (event.kind === 'started') controller.abort();
        },
      };
      const request = {
        model: 'of ct',
        dataset: 'mixed',
        batchSize: 1,
        restart: true,
        misfits: misfits ?? null,
      };
      return refusalOf(screenDataset(ctx, request, stopping));
    };
    expect((await begin({ kind: 'included', reason: 'all of them' })).kind).toBe('interrupted');
    const [stopped] = ctx.store.runs.list({ kind: 'screen' });
    const otherwise = await screen('mixed', { misfits: { kind: 'left-out' } });
    expect(otherwise.runId).not.toBe(stopped?.id);
    const resumed = await resumeScreening(ctx, stopped?.id ?? 0, screenHooks());
    expect(resumed).toMatchObject({ screened: 9, failed: 0 });
    expect(resumed.remarks[0]).toContain('Reason given: all of them');
  });
});

describe('a model from before any of this', () => {
  it('loads, sees images as their files say, and screens with a warning', async () => {
    const { record, metrics, preparation } = findModel(ctx, 'of ct');
    ctx.store.models.create({
      ...record,
      name: 'old',
      metrics: without('inputs', metrics),
      preparation: without('intensity', preparation),
    });
    const summary = await screen('mr', { model: 'old' });
    expect(summary).toMatchObject({ screened: 9, failed: 0 });
    expect(summary.remarks).toEqual([expect.stringContaining('was not recorded')]);
    const [old] = await listModels(ctx);
    expect(old).toMatchObject({ inputs: null, preparation: 'resize 32x32 grey, values as each file says' });
  });
});
