import { describe, expect, it } from 'vitest';
import type { FilePlace } from '../../../main/store/file-records.ts';
import type { Store } from '../../../main/store/open.ts';
import { SCAN_TIME, brokenFinding, datasetOf, readableFinding, sha256Of } from './samples.ts';
import { storeErrorOf } from './store-error-of.ts';
import { temporaryStore } from './temporary-folder.ts';

const LATER = '2026-03-02T10:00:00.000Z';

/** The slices of a volume in one plane. */
const slices = (path: string, frames: readonly number[], plane: 'axial' | 'coronal' = 'axial') =>
  frames.map((frame) => ({ ...readableFinding(path), frame, plane, frames: 12, position: 5 * frame }));

function placesOf(store: Store, datasetId: number) {
  return Array.from(store.files.iterate(datasetId), ({ relativePath, frame, plane }) => [
    relativePath,
    frame,
    plane,
  ]);
}

function found(store: Store, datasetId: number, path: string, frame: number): number {
  const all = [...store.files.iterate(datasetId)];
  return all.find((each) => each.relativePath === path && each.frame === frame)?.id ?? 0;
}

describe('the images of a file', () => {
  it('come in the order of their places, by numbers and not by letters, whatever order they were found in', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    const pages = [10, 2, 0].map((frame) => ({ ...readableFinding('b.tif'), frame, frames: 11 }));
    store.files.upsertBatch(
      dataset.id,
      [...slices('c.nii', [9, 10]), ...pages, readableFinding('a.png'), brokenFinding('d.tif')],
      SCAN_TIME,
    );
    const expected = [
      ['a.png', 0, null],
      ['b.tif', 0, null],
      ['b.tif', 2, null],
      ['b.tif', 10, null],
      ['c.nii', 9, 'axial'],
      ['c.nii', 10, 'axial'],
      ['d.tif', 0, null],
    ];
    expect(placesOf(store, dataset.id)).toEqual(expected);
    const { total, rows } = store.files.search(dataset.id, {
      status: null,
      search: 'B.T',
      offset: 1,
      limit: 2,
    });
    expect([total, rows.map(({ frame }) => frame)]).toEqual([3, [2, 10]]);
    expect(store.files.find(dataset.id, 'b.tif')).toMatchObject({ frame: 0, frames: 11 });
    expect(store.files.countsByStatus(dataset.id)).toEqual({ readable: 6, skipped: 0, broken: 1 });
  });

  it('are paged without one lost or shown twice, wherever a page ends', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 3);
    store.files.upsertBatch(
      dataset.id,
      [...slices('0001.nii', [0, 1, 2, 3, 4]), ...slices('0001.nii', [0, 1], 'coronal')],
      SCAN_TIME,
    );
    const all = placesOf(store, dataset.id);
    expect(all).toHaveLength(10);
    for (const limit of [1, 2, 3, 4, 9]) {
      const seen: unknown[] = [];
      let after: FilePlace | undefined;
      for (;;) {
        const page = store.files.page(dataset.id, { limit, after });
        seen.push(...page.map(({ relativePath, frame, plane }) => [relativePath, frame, plane]));
        after = page.at(-1);
        if (after === undefined) break;
      }
      expect(seen).toEqual(all);
    }
  });

  it('keep their numbers at a later scan; those that are gone are skipped', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    store.files.upsertBatch(dataset.id, slices('a.nii', [0, 1, 2]), SCAN_TIME);
    const before = [0, 1, 2].map((frame) => found(store, dataset.id, 'a.nii', frame));
    store.files.upsertBatch(dataset.id, slices('a.nii', [2, 1]), LATER);
    // Its file is there: an image is missing, no file.
    expect(store.scans.markMissing(dataset.id, LATER)).toBe(0);
    expect([0, 1, 2].map((frame) => found(store, dataset.id, 'a.nii', frame))).toEqual(before);
    expect(store.files.countsByStatus(dataset.id)).toEqual({ readable: 2, skipped: 1, broken: 0 });
  });

  it('are not two of one place', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    const twice = { ...readableFinding('a.png'), label: 'second' };
    store.files.upsertBatch(dataset.id, [readableFinding('a.png', 'first'), twice], SCAN_TIME);
    expect([...store.files.readable(dataset.id)].map(({ label }) => label)).toEqual(['second']);
    const odd = { ...readableFinding('b.png'), frame: -1 };
    expect(storeErrorOf(() => store.files.upsertBatch(dataset.id, [odd], SCAN_TIME)).kind).toBe('constraint');
  });
});

describe('a stack', () => {
  it('is the series in the order of its positions, over several files, and no other series', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    const [series, other] = [sha256Of('series'), sha256Of('other')];
    // Names against the positions; the last two in one file of several frames, which it counts backwards.
    const of = (path: string, position: number, seriesKey: string, frame = 0) => ({
      ...readableFinding(path),
      seriesKey,
      position,
      frame,
      frames: 2,
    });
    store.files.upsertBatch(
      dataset.id,
      [
        of('z.dcm', -7.5, series),
        of('y.dcm', 100, series),
        of('a.dcm', 20, series, 0),
        of('a.dcm', 10, series, 1),
        of('x.dcm', 15, other),
        readableFinding('alone.png'),
      ],
      SCAN_TIME,
    );
    const id = (path: string, frame = 0) => found(store, dataset.id, path, frame);
    const expected = [id('z.dcm'), id('a.dcm', 1), id('a.dcm', 0), id('y.dcm')];
    for (const each of expected) expect(store.files.stack(each)).toEqual(expected);
    expect(store.files.stack(id('x.dcm'))).toEqual([id('x.dcm')]);
    expect(store.files.stack(id('alone.png'))).toEqual([id('alone.png')]);
  });

  it('of a file that names no series are its images in its own plane', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    store.files.upsertBatch(
      dataset.id,
      [
        ...slices('a.nii', [11, 2, 7]),
        ...slices('a.nii', [2], 'coronal'),
        ...slices('b.nii', [3]),
        ...[1, 0].map((frame) => ({ ...readableFinding('c.tif'), frame, frames: 2 })),
      ],
      SCAN_TIME,
    );
    const id = (path: string, frame: number) => found(store, dataset.id, path, frame);
    expect(store.files.stack(id('a.nii', 7))).toEqual([id('a.nii', 2), id('a.nii', 7), id('a.nii', 11)]);
    expect(store.files.stack(id('c.tif', 1))).toEqual([id('c.tif', 0), id('c.tif', 1)]);
  });

  it('leaves out what can no longer be read, save the image itself', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    store.files.upsertBatch(dataset.id, slices('a.nii', [0, 1, 2]), SCAN_TIME);
    store.files.upsertBatch(dataset.id, slices('a.nii', [0, 2]), LATER);
    store.scans.markMissing(dataset.id, LATER);
    const [first, gone, last] = [0, 1, 2].map((frame) => found(store, dataset.id, 'a.nii', frame));
    expect(store.files.stack(first ?? 0)).toEqual([first, last]);
    expect(store.files.stack(gone ?? 0)).toEqual([first, gone, last]);
  });
});
