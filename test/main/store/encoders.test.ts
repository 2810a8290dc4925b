import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NewEncoder } from '../../../main/store/encoders.ts';
import { DATABASE_NAME } from '../../../main/store/open.ts';
import { datasetOf, sha256Of } from './samples.ts';
import { storeErrorOf } from './store-error-of.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

const FROM_FILE: NewEncoder = {
  name: 'resnet',
  fileHash: sha256Of('resnet'),
  bytes: 1234,
  description: { layout: 'NCHW', nested: [0.485, 0.456] },
  features: { dimensions: 512, grid: null },
  source: 'file',
  training: null,
};
const TRAINED: NewEncoder = { ...FROM_FILE, name: 'own', source: 'trained', training: { seed: 3 } };

describe('EncoderRepository', () => {
  it('keeps what an encoder is, newest first, also when it is opened again', () => {
    const folder = temporaryFolder();
    const store = temporaryStore(folder);
    const first = store.encoders.create(FROM_FILE);
    const second = store.encoders.create(TRAINED);
    expect(first).toMatchObject({ ...FROM_FILE, archivedAt: null });
    const again = temporaryStore(folder);
    expect(again.encoders.list()).toEqual([second, first]);
    expect(again.encoders.find('own')).toEqual(second);
    expect(again.encoders.find('other')).toBeUndefined();
  });

  it('refuses a taken name, and one that was trained without saying how', () => {
    const store = temporaryStore();
    store.encoders.create(FROM_FILE);
    const taken = storeErrorOf(() => store.encoders.create(FROM_FILE));
    expect(taken.kind).toBe('name-taken');
    expect(taken.message).toContain('"resnet"');
    expect(storeErrorOf(() => store.encoders.create({ ...TRAINED, training: null })).kind).toBe('constraint');
    expect(storeErrorOf(() => store.encoders.get(7)).kind).toBe('not-found');
  });

  it('frees the name of one that leaves the lists, and keeps its record', () => {
    const store = temporaryStore();
    const { id } = store.encoders.create(FROM_FILE);
    store.encoders.archive(id);
    store.encoders.archive(id);
    expect(store.encoders.list()).toEqual([]);
    expect(store.encoders.find('resnet')).toBeUndefined();
    expect(store.encoders.get(id).archivedAt).not.toBeNull();
    expect(store.encoders.create(FROM_FILE).id).not.toBe(id);
  });
});

describe('a run that trains an encoder', () => {
  it('ends without a model', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    const run = { kind: 'encoder', modelId: null, datasetId: dataset.id, settings: {}, seed: 1 } as const;
    const { id } = store.runs.start({ ...run, device: 'CPU' });
    store.runs.finish(id);
    expect(store.runs.get(id)).toMatchObject({ kind: 'encoder', status: 'done', modelId: null });
  });

  it('has a place in a database of an earlier version, whose runs are as they were', () => {
    const folder = temporaryFolder();
    copyFileSync(join(import.meta.dirname, 'fixtures', 'version-2.sqlite'), join(folder, DATABASE_NAME));
    const store = temporaryStore(folder);
    const before = store.runs.list();
    expect(before.map(({ kind, status }) => `${kind} ${status}`)).toContain('screen done');
    const [{ datasetId } = { datasetId: null }] = before;
    const run = { kind: 'encoder', modelId: null, datasetId, settings: {}, seed: 1, device: 'CPU' } as const;
    const { id } = store.runs.start(run);
    expect(store.runs.list().map((each) => each.id)).toEqual([id, ...before.map((each) => each.id)]);
    expect(store.runPoints.list(1).length + store.runPoints.list(2).length).toBeGreaterThan(0);
  });
});
