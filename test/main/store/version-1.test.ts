import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { DATABASE_NAME } from '../../../main/store/open.ts';
import { WHOLE_FILE } from './samples.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

/** Written by the program as it was when the format was 1. */
const VERSION_1 = join(import.meta.dirname, 'fixtures', 'version-1.sqlite');

function upgraded() {
  const folder = temporaryFolder();
  copyFileSync(VERSION_1, join(folder, DATABASE_NAME));
  return { folder, store: temporaryStore(folder) };
}

describe('a database of version 1', () => {
  it('is upgraded with everything in it', () => {
    const { store } = upgraded();
    const [dataset] = store.datasets.list();
    expect(dataset).toMatchObject({ name: 'brain', grouping: 'image', archivedAt: null });
    expect(store.files.countsByStatus(1)).toEqual({ readable: 4, skipped: 1, broken: 0 });
    expect([...store.files.readable(1)].map(({ groupKey }) => groupKey)).toEqual([null, null, null, null]);
    for (const file of store.files.iterate(1)) expect(file).toMatchObject(WHOLE_FILE);
    const [flair, general] = store.models.list();
    expect(flair).toMatchObject({ name: 'flair', datasetId: 1, datasetName: 'brain', generalModelId: 1 });
    expect(general).toMatchObject({ name: 'general', generalModelId: null, metrics: { b: 2.5 } });
    expect(store.runs.list().map(({ modelId }) => modelId)).toEqual([2, 2]);
    expect(store.scores.rank(2, 'ratio', { limit: 9 }).map(({ value }) => value)).toEqual([2, 1, 0]);
    expect(store.thresholds.latest(2, 'ratio')).toMatchObject({ value: 1.5, reason: 'first' });
  });

  it('is whole afterwards, with its references and its rules, and was backed up', () => {
    const { folder, store } = upgraded();
    const database = new Database(join(folder, DATABASE_NAME));
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(database.pragma('foreign_key_check')).toEqual([]);
    expect(() => database.exec('DELETE FROM threshold')).toThrow('append-only');
    expect(() => database.exec('DELETE FROM model')).toThrow('FOREIGN KEY');
    database.close();
    expect(() => store.runPoints.append(99, [{ step: 1, ...NOTHING }])).toThrow('FOREIGN KEY');
    expect(existsSync(join(folder, `${DATABASE_NAME}.v1.backup`))).toBe(true);
  });

  it('takes what is new', () => {
    const { store } = upgraded();
    store.audit.append({
      who: 'ana',
      action: 'a',
      subject: 's',
      oldValue: null,
      newValue: null,
      reason: null,
    });
    expect(store.audit.verify()).toEqual({ entries: 1, firstBroken: null });
    expect(store.decisions.set(2, [1], { verdict: 'flag', note: null }, 'ana').id).toBe(1);
  });
});

const NOTHING = { loss: null, heldOutLoss: null, imagesPerSecond: null };
