/** Folders and requests as people have them: nothing stops a run but what must, and each refusal says what to do. */
import { rmSync, mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addDataset } from '../../../main/api/datasets/add-dataset.ts';
import { listDatasets, showDataset } from '../../../main/api/datasets/datasets.ts';
import { fitModel } from '../../../main/api/fit/fit.ts';
import { heatmap } from '../../../main/api/pictures/heatmap.ts';
import { rank } from '../../../main/api/ranking/rank.ts';
import { screenDataset } from '../../../main/api/screening/screen.ts';
import { sharp } from '../../../main/ingest/sharp.ts';
import { SMALL_FIT } from './small-fit.ts';
import {
  EXAMPLE,
  add,
  copyImages,
  fitHooks,
  refusalOf,
  screenHooks,
  temporaryContext,
  temporaryFolder,
} from './workplace.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/ingest');
const QUICK = { ...SMALL_FIT, steps: 3 };

function truncate(path: string): void {
  writeFileSync(path, readFileSync(path).subarray(0, 60));
}

describe('a dataset', () => {
  it('lists what cannot be used, with reasons, a page at a time', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    const names = copyImages('fit', folder, 5);
    for (const name of names.slice(0, 3)) truncate(join(folder, name));
    writeFileSync(join(folder, 'notes.txt'), 'not an image');
    const summary = await add(ctx, folder, 'mixed');
    expect(summary.counts).toEqual({ readable: 2, skipped: 1, broken: 3 });
    const first = await showDataset(ctx, 'mixed', { limit: 2 });
    expect(first.skipped).toMatchObject({ files: [{ relativePath: 'notes.txt' }], next: null });
    expect(first.broken.files[0]?.reason).toContain('cut off');
    const { next } = first.broken;
    if (next === null) throw new Error('there is a second page');
    const rest = await showDataset(ctx, 'mixed', { limit: 2, brokenAfter: next });
    const broken = [...first.broken.files, ...rest.broken.files].map(({ relativePath }) => relativePath);
    expect(broken).toEqual(names.slice(0, 3));
    expect(rest.broken.next).toBeNull();
  });

  it('is scanned again under its name, also without saying it; files keep their identity', async () => {
    const ctx = await temporaryContext();
    const folder = join(temporaryFolder(), 'slices');
    const [gone = ''] = copyImages('fit', folder, 4);
    const first = await addDataset(
      ctx,
      { root: folder, labelsFromSubfolders: false },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    expect(first.name).toBe('slices');
    rmSync(join(folder, gone));
    const again = await add(ctx, folder, 'slices');
    expect(again).toMatchObject({ id: first.id, counts: { readable: 3, skipped: 1, broken: 0 } });
    expect(again.fingerprint).not.toBe(first.fingerprint);
    const { scan, ...summary } = again;
    expect(scan).toEqual({ added: 0, changed: 0, unchanged: 3, moved: 0, gone: 1 });
    expect(await listDatasets(ctx)).toEqual([summary]);
  });

  it('cannot take another folder’s name or change its labelling', async () => {
    const ctx = await temporaryContext();
    await add(ctx, join(EXAMPLE, 'fit'), 'flair');
    expect((await refusalOf(add(ctx, join(EXAMPLE, 'screen'), 'flair'))).kind).toBe('name-taken');
    expect((await refusalOf(add(ctx, join(EXAMPLE, 'fit'), 'flair', true))).kind).toBe('labels-mismatch');
  });

  it('without a readable image is refused, and what was found can be shown', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    expect((await refusalOf(add(ctx, folder, 'empty'))).message).toContain('is empty');
    writeFileSync(join(folder, 'a.txt'), 'text');
    expect(await refusalOf(add(ctx, folder, 'empty'))).toMatchObject({ kind: 'no-images' });
    expect((await showDataset(ctx, 'empty')).counts.skipped).toBe(1);
    expect((await refusalOf(fitModel(ctx, { ...QUICK, dataset: 'empty' }, fitHooks()))).kind).toBe(
      'no-images',
    );
  });

  it('whose folder cannot be listed leaves nothing behind', async () => {
    const ctx = await temporaryContext();
    await expect(add(ctx, join(temporaryFolder(), 'nowhere'), 'x')).rejects.toMatchObject({
      kind: 'not-found',
    });
    expect(await listDatasets(ctx)).toEqual([]);
  });

  it('whose scan was stopped is not fitted until it is scanned', async () => {
    const ctx = await temporaryContext();
    const request = { root: join(EXAMPLE, 'fit'), name: 'flair', labelsFromSubfolders: false };
    const before = { signal: AbortSignal.abort(), onProgress: () => undefined };
    expect((await refusalOf(addDataset(ctx, request, before))).kind).toBe('interrupted');
    expect(await listDatasets(ctx)).toEqual([]);
    const stopping = new AbortController();
    const within = { signal: stopping.signal, onProgress: () => stopping.abort() };
    expect((await refusalOf(addDataset(ctx, request, within))).kind).toBe('interrupted');
    expect((await refusalOf(fitModel(ctx, QUICK, fitHooks()))).kind).toBe('not-scanned');
  });
});

describe('files that change after the scan', () => {
  it('are refused by a fit until the folder is added again; a new time alone is no change', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    const [first = '', second = ''] = copyImages('fit', folder, 24);
    await add(ctx, folder, 'flair');
    utimesSync(join(folder, second), new Date(), new Date());
    const [other = ''] = copyImages('screen/t1', folder, 1);
    renameSync(join(folder, other), join(folder, first));
    const refused = await refusalOf(fitModel(ctx, QUICK, fitHooks()));
    expect(refused.kind).toBe('dataset-changed');
    expect(refused.message).toContain(first);
    expect(refused.message).not.toContain(second);
  });

  it('are failures of a screening, scored after the next scan', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    const [changed = '', gone = ''] = copyImages('fit', folder, 24);
    await add(ctx, folder, 'flair');
    await fitModel(ctx, QUICK, fitHooks());
    truncate(join(folder, changed));
    rmSync(join(folder, gone));
    const request = { model: 'small', dataset: 'flair', batchSize: null };
    const summary = await screenDataset(ctx, request, screenHooks());
    expect(summary).toMatchObject({ screened: 24, failed: 2 });
    const ranking = await rank(ctx, { run: summary.runId, score: null, limit: 50, offset: 0 });
    expect(ranking.images).toHaveLength(22);
    const reasons = Object.fromEntries(ranking.failures.map((each) => [each.relativePath, each.reason]));
    expect(reasons[changed]).toContain('has changed');
    expect(reasons[gone]).toContain('does not exist');
  });
});

describe('a fit', () => {
  it('replaces files that are gone, counts and tells of them', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    const names = copyImages('fit', folder, 24);
    await add(ctx, folder, 'flair');
    const gone = names.slice(0, 3);
    for (const name of gone) rmSync(join(folder, name));
    const hooks = fitHooks();
    const model = await fitModel(ctx, { ...QUICK, steps: 4 }, hooks);
    const told = hooks.events.flatMap((event) =>
      event.kind === 'image-replaced' ? [event.relativePath] : [],
    );
    expect([...told].sort()).toEqual([...gone].sort());
    expect(model.steps).toBe(4);
    expect(ctx.store.models.get(model.id).metrics).toMatchObject({ replacedFiles: 3 });
  });

  it('says so when the whole folder is out of reach', async () => {
    const ctx = await temporaryContext();
    const folder = join(temporaryFolder(), 'drive');
    copyImages('fit', folder, 12);
    await add(ctx, folder, 'flair');
    renameSync(folder, `${folder}-elsewhere`);
    expect((await refusalOf(fitModel(ctx, QUICK, fitHooks()))).kind).toBe('folder-missing');
    mkdirSync(folder);
    const refused = await refusalOf(fitModel(ctx, QUICK, fitHooks()));
    expect(refused).toMatchObject({ kind: 'no-images' });
    expect(ctx.store.runs.list({ status: 'failed' })[0]?.error).toBe(refused.message);
  });

  it('takes images of any size, depth, format and number of channels', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    copyImages('fit', folder, 20);
    for (const name of [
      'rgb16.png',
      'grey16.tif',
      'one-pixel.png',
      'constant.png',
      'grey8.bmp',
      'u12-explicit.dcm',
    ]) {
      writeFileSync(join(folder, name), readFileSync(join(FIXTURES, name)));
    }
    expect((await add(ctx, folder, 'flair')).counts.readable).toBe(26);
    const preparation = { fit: 'pad', width: 16, height: 24, channels: 3 } as const;
    await fitModel(ctx, { ...QUICK, preparation }, fitHooks());
    const summary = await screenDataset(
      ctx,
      { model: 'small', dataset: 'flair', batchSize: 7 },
      screenHooks(),
    );
    expect(summary).toMatchObject({ screened: 26, failed: 0 });
  });

  it('cuts large images into tiles, whose scores add up to the image’s', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    const [name = ''] = copyImages('fit', folder, 12);
    const large = sharp(join(folder, name)).resize(56, 24);
    writeFileSync(join(folder, 'wide.png'), await large.png().toBuffer());
    await add(ctx, folder, 'flair');
    const preparation = { fit: 'tile', width: 32, height: 32, channels: 1, overlap: 8 } as const;
    const hooks = fitHooks();
    await fitModel(ctx, { ...QUICK, preparation }, hooks);
    expect(hooks.events).toContainEqual(expect.objectContaining({ kind: 'notice' }));
    const summary = await screenDataset(
      ctx,
      { model: 'small', dataset: 'flair', batchSize: 4 },
      screenHooks(),
    );
    const id = (path: string) =>
      ctx.store.files.find(ctx.store.datasets.find('flair')?.id ?? 0, path)?.id ?? 0;
    const scored = ctx.store.scores.ofFile(summary.runId, id(name));
    // 64 pixels in tiles of 32 that overlap by 8: at 0, 24 and 32 along each side.
    expect(scored?.tiles).toHaveLength(9);
    const sum = scored?.tiles.reduce((total, tile) => total + (tile['likelihood'] ?? NaN), 0);
    expect(scored?.scores['likelihood']).toBeCloseTo(sum ?? NaN, 6);
    expect(ctx.store.scores.ofFile(summary.runId, id('wide.png'))?.tiles).toHaveLength(2);
    const output = join(folder, 'heat.png');
    const drawn = await heatmap(ctx, { model: 'small', score: null, path: join(folder, 'wide.png'), output });
    expect(await sharp(output).metadata()).toMatchObject({ width: drawn.width, height: drawn.height });
  });

  it('needs two different images, and a label that exists', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    const [name = ''] = copyImages('fit', join(folder, 'flair'), 1);
    const root = join(folder, 'flair');
    writeFileSync(join(root, 'copy.png'), readFileSync(join(root, name)));
    await add(ctx, folder, 'flair', true);
    expect(await refusalOf(fitModel(ctx, QUICK, fitHooks()))).toMatchObject({ kind: 'too-few-images' });
    const refused = await refusalOf(fitModel(ctx, { ...QUICK, label: 't9' }, fitHooks()));
    expect(refused).toMatchObject({ kind: 'unknown-label' });
    expect(refused.message).toContain('"flair"');
    expect((await refusalOf(fitModel(ctx, { ...QUICK, steps: 0 }, fitHooks()))).kind).toBe('invalid-request');
  });

  it('refuses a general model of another preparation or preset', async () => {
    const ctx = await temporaryContext();
    await add(ctx, join(EXAMPLE, 'fit'), 'flair');
    await fitModel(ctx, { ...QUICK, name: 'general', steps: 1 }, fitHooks());
    const request = { ...QUICK, general: 'general' };
    const other = { fit: 'crop', width: 32, height: 32, channels: 1 } as const;
    const refused = await refusalOf(fitModel(ctx, { ...request, preparation: other }, fitHooks()));
    expect(refused.kind).toBe('preparation-mismatch');
    expect(refused.message).toContain('resize 32x32 grey');
    expect((await refusalOf(fitModel(ctx, { ...request, preset: 'quick' }, fitHooks()))).kind).toBe(
      'preset-mismatch',
    );
    expect(ctx.store.runs.list({ kind: 'fit' })).toHaveLength(1);
  });
});
