import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { DATABASE_NAME } from '../../../main/store/open.ts';
import { SCAN_TIME, WHOLE_FILE, readableFinding, sha256Of } from './samples.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

/** Written by the program as it was when the format was 2. */
const VERSION_2 = join(import.meta.dirname, 'fixtures', 'version-2.sqlite');
const PATHS = ['flair/a.dcm', 'flair/b.dcm', 't2/c.dcm', 't2/d.dcm'];

function upgraded() {
  const folder = temporaryFolder();
  copyFileSync(VERSION_2, join(folder, DATABASE_NAME));
  const store = temporaryStore(folder);
  const dataset = store.datasets.find('brain');
  if (dataset === undefined) throw new Error('the dataset is gone');
  return { folder, store, dataset, files: [...store.files.readable(dataset.id)] };
}

describe('a database of version 2', () => {
  it('has each file as the one image that it held, under the same number', () => {
    const { store, dataset, files } = upgraded();
    expect(dataset).toMatchObject({ plane: 'axial', pseudonymised: false, grouping: 'patient' });
    expect(dataset.fingerprint).toBe(sha256Of('fingerprint'));
    expect(files.map(({ relativePath }) => relativePath)).toEqual(PATHS);
    // In the order in which they were written.
    expect(files.map(({ id }) => id)).toEqual([3, 2, 4, 5]);
    const [p1, p2] = [sha256Of('p1'), sha256Of('p2')];
    expect(files.map(({ groupKey }) => groupKey)).toEqual([p1, p1, p2, null]);
    for (const file of files) {
      expect(file).toMatchObject({
        ...WHOLE_FILE,
        format: 'dicom',
        width: 32,
        height: 24,
        bitDepth: 16,
        modifiedMs: 1767225600123.4567,
        sha256: sha256Of(file.relativePath),
        patientKey: null,
        modality: null,
        notes: null,
      });
      expect(store.files.stack(file.id)).toEqual([file.id]);
    }
    expect(store.files.countsByStatus(dataset.id)).toEqual({ readable: 4, skipped: 1, broken: 1 });
    expect(store.files.find(dataset.id, 'e.dcm')).toMatchObject({
      ...WHOLE_FILE,
      status: 'broken',
      reason: '"e.dcm" is cut off before its end.',
    });
    expect(store.datasets.list().map(({ name }) => name)).toEqual(['brain']);
  });

  it('has its scores, failures, decisions, thresholds, curves and audit trail', () => {
    const { store } = upgraded();
    expect(store.scores.rank(2, 'ratio', { limit: 9 }).map(({ fileId, value }) => [fileId, value])).toEqual([
      [4, 3],
      [2, 1.5],
      [3, 0],
    ]);
    expect(store.scores.failures(2, { limit: 9 })).toMatchObject([
      { fileId: 5, ...WHOLE_FILE, reason: 'It is cut off.' },
    ]);
    expect(store.decisions.inForce(2, 4)).toMatchObject({ verdict: 'flag', note: 'odd' });
    expect(store.thresholds.latest(1, 'ratio')).toMatchObject({ value: 1, reason: 'first' });
    expect(store.audit.verify()).toEqual({ entries: 2, firstBroken: null });
    expect(store.ranking.caseFile(2, 4)).toMatchObject({ relativePath: 't2/c.dcm', ...WHOLE_FILE });
  });

  it('is whole afterwards, with its references and its rules, and was backed up', () => {
    const { folder } = upgraded();
    const database = new Database(join(folder, DATABASE_NAME));
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(database.pragma('foreign_key_check')).toEqual([]);
    // A file that was screened stays: its scores are of it.
    expect(() => database.exec('DELETE FROM file WHERE id = 4')).toThrow('FOREIGN KEY');
    expect(() => database.exec("UPDATE file SET sha256 = 'short' WHERE id = 4")).toThrow('CHECK');
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE name LIKE '%version%'").all();
    expect(tables).toEqual([]);
    database.close();
    expect(existsSync(join(folder, `${DATABASE_NAME}.v2.backup`))).toBe(true);
  });

  it('takes what is new: a file that now gives several images keeps the number of its first', () => {
    const { store, dataset } = upgraded();
    const frames = [0, 1, 2].map((frame) => ({ ...readableFinding('t2/c.dcm'), frame, frames: 3 }));
    store.files.upsertBatch(dataset.id, frames, SCAN_TIME);
    expect(store.files.find(dataset.id, 't2/c.dcm')).toMatchObject({ id: 4, frame: 0, frames: 3 });
    expect(store.files.countsByStatus(dataset.id).readable).toBe(6);
    expect(store.files.stack(4)).toHaveLength(3);
  });
});
