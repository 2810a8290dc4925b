/** Folders that are scanned again: what is read, what keeps its record, what is said to be gone. */
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addDataset } from '../../../../main/api/datasets/add-dataset.ts';
import type { Context } from '../../../../main/api/context.ts';
import { EXAMPLE, add, copyImages, refusalOf, temporaryContext, temporaryFolder } from '../workplace.ts';

const VOLUME = join(import.meta.dirname, '../../../fixtures/volumes/oblique.nii');

/** In whole seconds: finer times cannot be set back exactly. */
const PLANTED_AT = 1_600_000_000;

function plant(folder: string, ...names: string[]): void {
  const sources = copyImages('fit', join(temporaryFolder(), 'sources'), names.length).map((name) =>
    join(EXAMPLE, 'fit', name),
  );
  for (const [index, name] of names.entries()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(sources[index] ?? '', join(folder, name));
    utimesSync(join(folder, name), PLANTED_AT, PLANTED_AT);
  }
}

/** Other bytes of the same length under the same time: who does not read them cannot tell. */
function falsify(path: string): void {
  writeFileSync(path, Buffer.alloc(readFileSync(path).length, 'x'));
  utimesSync(path, PLANTED_AT, PLANTED_AT);
}

function touch(path: string): void {
  utimesSync(path, 1_700_000_000, 1_700_000_000);
}

/** Status, number and path of each image. */
function records(ctx: Context, datasetId: number) {
  return new Map([...ctx.store.files.iterate(datasetId)].map((file) => [file.relativePath, file]));
}

const NOTHING = { added: 0, changed: 0, unchanged: 0, moved: 0, gone: 0 };

describe('a folder scanned again', () => {
  it('is not read where size and time are as they were', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    plant(folder, 'a.png', 'b.png', 'c.png');
    writeFileSync(join(folder, 'notes.txt'), 'text');
    const first = await add(ctx, folder, 'x');
    expect(first.scan).toEqual({ ...NOTHING, added: 4 });
    falsify(join(folder, 'a.png'));
    const second = await add(ctx, folder, 'x');
    expect(second.scan).toEqual({ ...NOTHING, unchanged: 4 });
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(second.counts).toEqual(first.counts);
    // Its time alone says that it may be another; its bytes say that it is.
    touch(join(folder, 'a.png'));
    touch(join(folder, 'b.png'));
    const third = await add(ctx, folder, 'x');
    expect(third.scan).toEqual({ ...NOTHING, changed: 1, unchanged: 3 });
    expect(records(ctx, first.id).get('a.png')?.status).toBe('skipped');
    expect(records(ctx, first.id).get('b.png')).toMatchObject({
      status: 'readable',
      modifiedMs: 1_700_000_000_000,
    });
    expect((await add(ctx, folder, 'x')).scan).toEqual({ ...NOTHING, unchanged: 4 });
  });

  it('tells what is new, changed and gone', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    plant(folder, 'a.png', 'b.png', 'c.png', 'd.png');
    await add(ctx, folder, 'x');
    plant(folder, 'z.png', 'other/y.png', 'b.png');
    rmSync(join(folder, 'c.png'));
    writeFileSync(join(folder, 'a.png'), 'no image');
    const { scan, counts } = await add(ctx, folder, 'x');
    expect(scan).toMatchObject({ changed: 2, unchanged: 1, gone: 1 });
    expect(counts).toEqual({ readable: 4, skipped: 2, broken: 0 });
  });

  it('reads volumes again in another plane, and nothing else', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    plant(folder, 'a.png');
    copyFileSync(VOLUME, join(folder, 'v.nii'));
    const { id } = await add(ctx, folder, 'x');
    falsify(join(folder, 'a.png'));
    const hooks = { signal: new AbortController().signal, onProgress: () => undefined };
    const request = { root: folder, labelsFromSubfolders: false, plane: 'coronal' } as const;
    const { scan } = await addDataset(ctx, request, hooks);
    expect(scan).toEqual({ ...NOTHING, changed: 1, unchanged: 1 });
    const slices = [...ctx.store.files.readable(id)].filter(({ relativePath }) => relativePath === 'v.nii');
    expect(new Set(slices.map(({ plane }) => plane))).toEqual(new Set(['coronal']));
    // The plane is remembered.
    expect((await add(ctx, folder, 'x')).scan).toEqual({ ...NOTHING, unchanged: 2 });
    expect(ctx.store.datasets.get(id).plane).toBe('coronal');
  });

  it('finds a file again that was away', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    plant(folder, 'a.png', 'b.png');
    const { id, fingerprint } = await add(ctx, folder, 'x');
    const before = records(ctx, id).get('a.png');
    renameSync(join(folder, 'a.png'), join(folder, '..', 'kept-elsewhere.png'));
    expect((await add(ctx, folder, 'x')).scan.gone).toBe(1);
    renameSync(join(folder, '..', 'kept-elsewhere.png'), join(folder, 'a.png'));
    const again = await add(ctx, folder, 'x');
    expect(again.fingerprint).toBe(fingerprint);
    expect(records(ctx, id).get('a.png')).toEqual(before);
  });
});

describe('files that were moved within their folder', () => {
  it('keep their records, with their folder or alone, by their content', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    plant(folder, 'a/1.png', 'a/2.png', 'b.png');
    const { id } = await add(ctx, folder, 'x');
    const before = records(ctx, id);
    renameSync(join(folder, 'a'), join(folder, 'moved'));
    renameSync(join(folder, 'b.png'), join(folder, 'renamed.png'));
    const { scan, counts } = await add(ctx, folder, 'x');
    expect(scan).toEqual({ ...NOTHING, moved: 3 });
    expect(counts).toEqual({ readable: 3, skipped: 0, broken: 0 });
    const after = records(ctx, id);
    expect([...after.keys()].sort()).toEqual(['moved/1.png', 'moved/2.png', 'renamed.png']);
    expect(after.get('moved/1.png')?.id).toBe(before.get('a/1.png')?.id);
    expect(after.get('renamed.png')?.id).toBe(before.get('b.png')?.id);
  });

  it('all images of a file with it', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    copyFileSync(VOLUME, join(folder, 'v.nii'));
    const { id } = await add(ctx, folder, 'x');
    const before = [...ctx.store.files.readable(id)].map((file) => [file.id, file.frame]);
    renameSync(join(folder, 'v.nii'), join(folder, 'w.nii'));
    expect((await add(ctx, folder, 'x')).scan).toEqual({ ...NOTHING, moved: 1 });
    const after = [...ctx.store.files.readable(id)];
    expect(after.map((file) => [file.id, file.frame])).toEqual(before);
    expect(new Set(after.map(({ relativePath }) => relativePath))).toEqual(new Set(['w.nii']));
  });

  it('are not guessed where there are copies', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    plant(folder, 'a.png', 'other.png');
    copyFileSync(join(folder, 'a.png'), join(folder, 'copy.png'));
    const { id } = await add(ctx, folder, 'x');
    const before = records(ctx, id);
    renameSync(join(folder, 'a.png'), join(folder, 'a2.png'));
    renameSync(join(folder, 'copy.png'), join(folder, 'copy2.png'));
    expect((await add(ctx, folder, 'x')).scan).toMatchObject({ added: 2, moved: 0, gone: 2 });
    const after = records(ctx, id);
    expect(after.get('a.png')?.id).toBe(before.get('a.png')?.id);
    expect(after.get('a.png')?.status).toBe('skipped');
  });

  it('are not those that were copied, and later deleted at their old place', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    plant(folder, 'a.png', 'other.png');
    copyFileSync(join(folder, 'a.png'), join(folder, 'copy.png'));
    const { id } = await add(ctx, folder, 'x');
    const copy = records(ctx, id).get('copy.png');
    rmSync(join(folder, 'a.png'));
    expect((await add(ctx, folder, 'x')).scan).toMatchObject({ moved: 0, gone: 1 });
    expect(records(ctx, id).get('copy.png')).toEqual(copy);
  });
});

describe('a folder whose drive is not there', () => {
  it('leaves every record as it was, empty or away', async () => {
    const ctx = await temporaryContext();
    const folder = join(temporaryFolder(), 'mount');
    plant(folder, 'a.png', 'b.png');
    const { id } = await add(ctx, folder, 'x');
    const before = [...ctx.store.files.iterate(id)];
    renameSync(folder, `${folder}-away`);
    await expect(add(ctx, folder, 'x')).rejects.toMatchObject({ kind: 'not-found' });
    mkdirSync(folder);
    const refused = await refusalOf(add(ctx, folder, 'x'));
    expect(refused.kind).toBe('drive-lost');
    expect(refused.message).toContain('"x" has 2 images');
    expect([...ctx.store.files.iterate(id)]).toEqual(before);
  });

  it('keeps what was found before it went, and what was known of the rest', async () => {
    const ctx = await temporaryContext();
    const folder = join(temporaryFolder(), 'mount');
    const [source = ''] = copyImages('fit', join(folder, 'first'), 1);
    const { id } = await add(ctx, folder, 'x');
    const names = Array.from({ length: 600 }, (_, index) => `a${index}.png`);
    for (const name of names) copyFileSync(join(folder, 'first', source), join(folder, name));
    let gone = false;
    const hooks = {
      signal: new AbortController().signal,
      onProgress: () => {
        if (!gone) renameSync(folder, `${folder}-away`);
        gone = true;
      },
    };
    const refused = await refusalOf(addDataset(ctx, { root: folder, labelsFromSubfolders: false }, hooks));
    expect(refused.kind).toBe('drive-lost');
    expect(refused.message).toMatch(/was lost after [1-9]\d* files; what was found is kept/);
    const files = records(ctx, id);
    expect(new Set([...files.values()].map(({ status }) => status))).toEqual(new Set(['readable']));
    expect(files.has(`first/${source}`)).toBe(true);
    renameSync(`${folder}-away`, folder);
    const { counts } = await add(ctx, folder, 'x');
    expect(counts).toEqual({ readable: 601, skipped: 0, broken: 0 });
  });
});
