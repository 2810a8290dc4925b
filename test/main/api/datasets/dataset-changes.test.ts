import { cpSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ended } from '../ended-job.ts';
import { openWindow } from '../window.ts';
import { add, copyImages } from '../workplace.ts';

function touch(path: string): void {
  utimesSync(path, 1_700_000_000, 1_700_000_000);
}

async function workplace() {
  const window = await openWindow();
  const root = join(window.folder, 'flair');
  const names = copyImages('screen/flair', root, 6);
  writeFileSync(join(root, 'notes.txt'), 'no image');
  const { id } = await add(window.app.services, root, 'flair');
  return { ...window, root, names, id };
}

describe('a dataset', () => {
  it('is listed with what there is to know of it', async () => {
    const { api, id, root } = await workplace();
    expect(await api.datasets.list()).toMatchObject([
      {
        id,
        name: 'flair',
        root,
        reachable: true,
        grouping: 'image',
        groups: 6,
        counts: { readable: 6, skipped: 1 },
      },
    ]);
    rmSync(root, { recursive: true });
    expect(await api.datasets.list()).toMatchObject([{ reachable: false }]);
  });

  it('shows its files by status and name, and why some are not used', async () => {
    const { api, id } = await workplace();
    const page = { id, status: null, search: '', offset: 0, limit: 3 } as const;
    expect(await api.datasets.files(page)).toMatchObject({
      total: 7,
      rows: [{ status: 'readable' }, {}, {}],
    });
    const skipped = await api.datasets.files({ ...page, status: 'skipped' });
    expect(skipped.rows).toMatchObject([{ relativePath: 'notes.txt', width: null }]);
    expect(skipped.rows[0]?.reason).toContain('not an image');
  });

  it('is found again where it was moved, by its contents, at other places too', async () => {
    const { api, app, folder, id, root, names } = await workplace();
    const [first = '', second = '', third = ''] = names;
    const before = app.services.store.files.find(id, second);
    const moved = join(folder, 'moved');
    renameSync(root, moved);
    rmSync(join(moved, first));
    mkdirSync(join(moved, 'deep'));
    renameSync(join(moved, second), join(moved, 'deep', 'renamed.png'));
    touch(join(moved, third));
    writeFileSync(join(moved, 'more notes.txt'), 'no image either');
    const { jobId } = await api.datasets.relink({ id, root: moved });
    expect(await ended(app.jobs, jobId)).toMatchObject({
      status: 'done',
      outcome: { matched: 4, moved: 1, missing: 1, unclear: 0 },
    });
    expect(await api.datasets.list()).toMatchObject([{ root: moved, reachable: true }]);
    expect(app.services.store.files.find(id, 'deep/renamed.png')?.id).toBe(before?.id);
    const { rows } = await api.audit.entries({ search: '', action: 'dataset relinked', offset: 0, limit: 9 });
    expect(rows).toMatchObject([{ subject: 'dataset flair', oldValue: root, newValue: moved }]);
  });

  it('is not taken for another: other contents, too few of them, or no folder', async () => {
    const { api, app, refusalOf, folder, id, root, names } = await workplace();
    const [first = '', second = ''] = names;
    const other = join(folder, 'other');
    cpSync(root, other, { recursive: true });
    cpSync(join(root, second), join(other, first));
    const few = join(folder, 'few');
    cpSync(join(root, first), join(few, first));
    for (const to of [other, few]) {
      const { jobId } = await api.datasets.relink({ id, root: to });
      expect(await ended(app.jobs, jobId), to).toMatchObject({
        status: 'failed',
        error: { kind: 'dataset-changed' },
      });
    }
    for (const [to, kind] of [
      [join(folder, 'nowhere'), 'folder-missing'],
      ['flair', 'folder-missing'],
      [join(root, first), 'folder-missing'],
    ]) {
      expect(await refusalOf('datasets.relink', { id, root: to }), to).toMatchObject({ kind });
    }
    expect(await api.datasets.list()).toMatchObject([{ root }]);
  });

  it('is removed with a reason, and its folder can be added again under its name', async () => {
    const { api, app, refusalOf, id, root } = await workplace();
    await api.datasets.remove({ id, reason: 'the wrong folder' });
    expect(await api.datasets.list()).toEqual([]);
    expect(await refusalOf('datasets.remove', { id, reason: 'again' })).toMatchObject({
      kind: 'unknown-dataset',
    });
    expect((await add(app.services, root, 'flair')).id).not.toBe(id);
    expect((await api.system.info()).firstStart).toBe(false);
    const { rows } = await api.audit.entries({ search: '', action: null, offset: 0, limit: 9 });
    expect(rows.map(({ action, reason }) => [action, reason])).toEqual([
      ['dataset scanned', null],
      ['dataset added', null],
      ['dataset removed', 'the wrong folder'],
      ['dataset scanned', null],
      ['dataset added', null],
    ]);
  });

  it('stays while a job works on it', async () => {
    const { refusalOf, store, id } = await workplace();
    store.runs.start({ kind: 'fit', modelId: null, datasetId: id, settings: {}, seed: 1, device: 'cpu' });
    expect(await refusalOf('datasets.remove', { id, reason: 'x' })).toMatchObject({ kind: 'in-use' });
  });
});
