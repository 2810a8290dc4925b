import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../main/api/datasets/scan-findings.ts';
import { scanFolder } from '../../../main/ingest/scan.ts';
import type { FilePlace } from '../../../main/store/file-records.ts';
import { brokenFinding, datasetOf, readableFinding, SAYS_NOTHING, SCAN_TIME, WHOLE_FILE } from './samples.ts';
import { storeErrorOf } from './store-error-of.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

const LATER = '2026-03-02T10:00:00.000Z';

describe('FileRepository', () => {
  it('returns what was saved, fraction of the modification time included', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    const findings = [readableFinding('a/ü 1.png', 'a'), brokenFinding('b.png')];
    store.files.upsertBatch(dataset.id, findings, SCAN_TIME);
    for (const finding of findings) {
      const file = store.files.find(dataset.id, finding.relativePath);
      const more = finding.status === 'readable' ? SAYS_NOTHING : WHOLE_FILE;
      expect(file).toEqual({ ...more, ...finding, id: file?.id, datasetId: dataset.id });
      expect(store.files.get(file?.id ?? 0)).toEqual(file);
    }
    expect(store.files.find(dataset.id, 'c.png')).toBeUndefined();
  });

  it('takes the entries of a real scan as they are', async () => {
    const folder = temporaryFolder();
    const image = { width: 5, height: 4, channels: 3, background: 'red' } as const;
    await sharp({ create: image }).png().toFile(join(folder, 'red.png'));
    writeFileSync(join(folder, 'empty.png'), '');
    writeFileSync(join(folder, 'notes.txt'), 'only text');
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    for await (const entry of scanFolder(folder, { plane: 'axial' })) {
      store.files.upsertBatch(
        dataset.id,
        findingsOf(entry, { salt: Buffer.from('salt'), labelsFromSubfolders: true }),
        SCAN_TIME,
      );
    }
    expect([...store.files.iterate(dataset.id)].map((file) => [file.relativePath, file.status])).toEqual([
      ['empty.png', 'broken'],
      ['notes.txt', 'skipped'],
      ['red.png', 'readable'],
    ]);
    expect([...store.files.readable(dataset.id)]).toMatchObject([{ format: 'png', width: 5, height: 4 }]);
  });

  it('keeps the id of a file whose content changed', () => {
    const store = temporaryStore();
    const { dataset, ids } = datasetOf(store, 2);
    store.files.upsertBatch(dataset.id, [brokenFinding('0001.png')], LATER);
    expect(store.files.find(dataset.id, '0001.png')).toMatchObject({ id: ids[1], status: 'broken' });
  });

  it('refuses a readable file without a hash, and then saves nothing of the batch', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    const bad = { ...readableFinding('bad.png'), sha256: 'none' };
    const error = storeErrorOf(() =>
      store.files.upsertBatch(dataset.id, [readableFinding('good.png'), bad], SCAN_TIME),
    );
    expect(error.kind).toBe('constraint');
    expect([...store.files.iterate(dataset.id)]).toEqual([]);
  });

  it('iterates in path order over several pages while the caller writes', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 2500);
    const seen: string[] = [];
    for (const file of store.files.readable(dataset.id)) {
      seen.push(file.relativePath);
      if (file.relativePath === '0500.png') {
        store.files.upsertBatch(dataset.id, [brokenFinding('2400.png')], SCAN_TIME);
      }
    }
    expect(seen).toHaveLength(2499);
    expect(seen).toEqual(seen.toSorted());
  });

  it('does not mix datasets, pages by status, and counts', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0, 'one');
    datasetOf(store, 4, 'two');
    store.files.upsertBatch(
      dataset.id,
      [
        readableFinding('c.png', 'scratch'),
        readableFinding('a.png', 'good'),
        readableFinding('b.png', 'good'),
        readableFinding('d.png'),
        brokenFinding('e.png'),
        brokenFinding('f.txt', 'skipped'),
      ],
      SCAN_TIME,
    );
    expect(store.files.countsByStatus(dataset.id)).toEqual({ readable: 4, skipped: 1, broken: 1 });
    expect(store.files.countsByLabel(dataset.id)).toEqual([
      { label: null, count: 1 },
      { label: 'good', count: 2 },
      { label: 'scratch', count: 1 },
    ]);
    const paths = (page: { limit: number; after?: FilePlace; status?: 'broken' | 'readable' }) =>
      store.files.page(dataset.id, page).map((file) => file.relativePath);
    const after = { relativePath: 'b.png', frame: 0, plane: null };
    expect(paths({ limit: 2 })).toEqual(['a.png', 'b.png']);
    expect(paths({ limit: 3, after })).toEqual(['c.png', 'd.png', 'e.png']);
    expect(paths({ limit: 9, status: 'broken' })).toEqual(['e.png']);
    expect(paths({ limit: 2, after, status: 'readable' })).toEqual(['c.png', 'd.png']);
  });

  it('marks files that a later scan did not meet, and finds them again', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 3);
    store.files.upsertBatch(dataset.id, [readableFinding('0001.png')], LATER);
    expect(store.scans.markMissing(dataset.id, LATER)).toBe(2);
    expect(store.files.find(dataset.id, '0000.png')).toMatchObject({ status: 'skipped' });
    store.files.upsertBatch(dataset.id, [readableFinding('0000.png')], LATER);
    expect(store.files.countsByStatus(dataset.id)).toEqual({ readable: 2, skipped: 1, broken: 0 });
  });
});
