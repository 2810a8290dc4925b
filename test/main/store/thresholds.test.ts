import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { DATABASE_NAME } from '../../../main/store/open.ts';
import type { NewThreshold } from '../../../main/store/thresholds.ts';
import { datasetOf, modelOf } from './samples.ts';
import { storeErrorOf } from './store-error-of.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

const threshold: Omit<NewThreshold, 'modelId'> = {
  scoreName: 'ratio',
  value: 12.25,
  falseAlarmRate: 0.01,
  ciLow: 0.003,
  ciHigh: 0.031,
  heldOutCount: 400,
  createdBy: 'ana',
  reason: '1 in 100 normals',
};

describe('ThresholdRepository', () => {
  it('counts versions up per model and score, and keeps them all', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    const [a, b] = [modelOf(store, dataset.id, 'a').id, modelOf(store, dataset.id, 'b').id];
    expect(store.thresholds.latest(a, 'ratio')).toBeUndefined();
    const first = store.thresholds.append({ ...threshold, modelId: a });
    const second = store.thresholds.append({ ...threshold, modelId: a, value: -3, reason: 'fewer misses' });
    const other = store.thresholds.append({ ...threshold, modelId: b });
    const likelihood = store.thresholds.append({ ...threshold, modelId: a, scoreName: 'likelihood' });
    expect([first, second, other, likelihood].map((one) => one.version)).toEqual([1, 2, 1, 1]);
    expect(first).toMatchObject(threshold);
    expect(store.thresholds.latest(a, 'ratio')).toEqual(second);
    expect(store.thresholds.history(a, 'ratio')).toEqual([second, first]);
  });

  it.each([
    ['a value that is not finite', { value: Number.POSITIVE_INFINITY }],
    ['NaN', { value: Number.NaN }],
    ['a rate above 1', { falseAlarmRate: 1.5 }],
    ['an interval upside down', { ciLow: 0.5 }],
    ['no held-out normals', { heldOutCount: 0 }],
    ['no reason', { reason: '' }],
  ])('refuses %s', (_, change) => {
    const store = temporaryStore();
    const modelId = modelOf(store, datasetOf(store, 0).dataset.id).id;
    expect(storeErrorOf(() => store.thresholds.append({ ...threshold, modelId, ...change })).kind).toBe(
      'constraint',
    );
    expect(store.thresholds.history(modelId, 'ratio')).toEqual([]);
  });

  it('cannot be changed or deleted, even by another program', () => {
    const folder = temporaryFolder();
    const store = temporaryStore(folder);
    const modelId = modelOf(store, datasetOf(store, 0).dataset.id).id;
    const saved = store.thresholds.append({ ...threshold, modelId });
    const database = new Database(join(folder, DATABASE_NAME));
    expect(() => database.exec('UPDATE threshold SET value = 0')).toThrow('append-only');
    expect(() => database.exec('DELETE FROM threshold')).toThrow('append-only');
    expect(() =>
      database.exec(`INSERT OR REPLACE INTO threshold SELECT model_id, score_name, version, 0, false_alarm_rate,
        ci_low, ci_high, held_out_count, created_at, created_by, reason FROM threshold`),
    ).toThrow('append-only');
    database.close();
    expect(store.thresholds.history(modelId, 'ratio')).toEqual([saved]);
  });
});
