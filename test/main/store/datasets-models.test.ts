import { describe, expect, it } from 'vitest';
import { datasetOf, modelOf, SCAN_TIME, sha256Of } from './samples.ts';
import { storeErrorOf } from './store-error-of.ts';
import { temporaryStore } from './temporary-folder.ts';

describe('DatasetRepository', () => {
  it('creates, finds, lists by name and records scans', () => {
    const store = temporaryStore();
    const b = store.datasets.create({ name: 'b', rootPath: '/b', labelsFromSubfolders: true });
    const a = store.datasets.create({ name: 'a', rootPath: '/a', labelsFromSubfolders: false });
    expect(b).toMatchObject({ labelsFromSubfolders: true, fingerprint: null, lastScannedAt: null });
    expect(store.datasets.list()).toEqual([a, b]);
    expect(store.datasets.find('b')).toEqual(b);
    expect(store.datasets.find('c')).toBeUndefined();
    store.datasets.recordScan(a.id, { fingerprint: sha256Of('x'), scannedAt: SCAN_TIME });
    expect(store.datasets.get(a.id)).toEqual({
      ...a,
      fingerprint: sha256Of('x'),
      lastScannedAt: SCAN_TIME,
    });
  });

  it('names what is wrong with a taken name and an unknown id', () => {
    const store = temporaryStore();
    datasetOf(store, 0, 'parts');
    const taken = storeErrorOf(() => datasetOf(store, 0, 'parts'));
    expect(taken.kind).toBe('name-taken');
    expect(taken.message).toContain('"parts"');
    expect(storeErrorOf(() => store.datasets.get(77)).kind).toBe('not-found');
  });
});

describe('ModelRepository', () => {
  it('keeps everything needed to repeat a model, with its general model', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    const general = modelOf(store, dataset.id, 'general');
    const { id, createdAt, ...content } = general;
    const settings = { steps: 8, nested: { list: [1, 2.5, null, 'é'], on: true } };
    const model = store.models.create({ ...content, name: 'ratio', generalModelId: id, settings });
    expect(model).toMatchObject({ ...content, name: 'ratio', generalModelId: id, settings });
    expect(Date.parse(createdAt)).not.toBeNaN();
    expect(store.models.find('ratio')).toEqual(model);
    expect(store.models.list()).toEqual([model, general]);
    expect(store.models.weightsHashes()).toEqual([general.weightsHash]);
  });

  it('refuses a taken name and an unknown id', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    modelOf(store, dataset.id);
    expect(storeErrorOf(() => modelOf(store, dataset.id)).kind).toBe('name-taken');
    expect(storeErrorOf(() => store.models.get(5)).kind).toBe('not-found');
  });

  it('refuses metrics that JSON would silently turn into null', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    const model = modelOf(store, dataset.id);
    const error = storeErrorOf(() =>
      store.models.create({ ...model, name: 'b', metrics: { auroc: Number.NaN } }),
    );
    expect(error.message).toContain('"auroc" is NaN');
  });
});
