import { describe, expect, it } from 'vitest';
import { datasetOf, modelOf, readableFinding, screeningOf } from './samples.ts';
import { storeErrorOf } from './store-error-of.ts';
import { temporaryStore } from './temporary-folder.ts';

const point = { loss: 4.5, heldOutLoss: null, imagesPerSecond: 120 };

describe('the curves of a fit', () => {
  it('come back in order, from a step on', () => {
    const store = temporaryStore();
    const { runId } = screeningOf(store, 0);
    store.runPoints.append(runId, [
      { step: 20, ...point },
      { step: 0, ...point },
      { step: 10, ...point, heldOutLoss: 4.7 },
    ]);
    expect(store.runPoints.list(runId).map(({ step }) => step)).toEqual([0, 10, 20]);
    expect(store.runPoints.list(runId, 0)[0]).toEqual({ step: 10, ...point, heldOutLoss: 4.7 });
  });

  it('take the new numbers of a step that is gone through again, and no infinities', () => {
    const store = temporaryStore();
    const { runId } = screeningOf(store, 0);
    store.runPoints.append(runId, [{ step: 10, ...point, heldOutLoss: 4.7 }]);
    store.runPoints.append(runId, [{ step: 10, ...point, loss: 4.4, imagesPerSecond: Infinity }]);
    expect(store.runPoints.list(runId)).toEqual([
      { step: 10, loss: 4.4, heldOutLoss: 4.7, imagesPerSecond: 120 },
    ]);
  });
});

describe('settings and session', () => {
  it('are kept, the newest', () => {
    const store = temporaryStore();
    expect(store.settings.all()).toEqual({});
    expect(store.session.read()).toBeNull();
    store.settings.set('theme', 'dark');
    store.settings.set('theme', 'light');
    store.session.save('{"view":"a"}');
    store.session.save('{"view":"b"}');
    expect(store.settings.all()).toEqual({ theme: 'light' });
    expect(store.session.read()).toBe('{"view":"b"}');
  });
});

describe('what was removed', () => {
  it('leaves the lists and frees its name, and its records stay', () => {
    const store = temporaryStore();
    const { runId, datasetId } = screeningOf(store, 2);
    const { modelId } = store.runs.get(runId);
    store.models.archive(modelId ?? 0);
    store.datasets.archive(datasetId);
    expect([store.datasets.list(), store.models.list()]).toEqual([[], []]);
    expect([store.datasets.find('parts'), store.models.find('glow')]).toEqual([undefined, undefined]);
    expect(store.datasets.get(datasetId).name).toMatch(/^parts \(removed 20\d\d-/);
    expect(store.models.get(modelId ?? 0)).toMatchObject({ datasetName: 'parts' });
    expect(store.models.weightsHashes()).toHaveLength(1);
    expect(store.datasets.hasAny()).toBe(true);
    const again = datasetOf(store, 1, 'parts').dataset;
    expect(store.datasets.find('parts')).toEqual(again);
    expect(modelOf(store, again.id, 'glow').name).toBe('glow');
    const { name } = store.datasets.get(datasetId);
    store.datasets.archive(datasetId);
    expect(store.datasets.get(datasetId).name).toBe(name);
  });
});

describe('groups of files', () => {
  it('are counted, a file without one as its own, and are forgotten where the content changes', () => {
    const store = temporaryStore();
    const { dataset, ids } = datasetOf(store, 4);
    const [a = 0, b = 0, c = 0] = ids;
    expect(store.files.countGroups(dataset.id)).toBe(4);
    store.files.setGroups([
      [a, 'x'],
      [b, 'x'],
      [c, 'y'],
    ]);
    expect(store.files.countGroups(dataset.id)).toBe(3);
    const later = '2026-04-01T00:00:00.000Z';
    const changed = { ...readableFinding('0000.png'), sha256: 'f'.repeat(64) };
    store.files.upsertBatch(dataset.id, [changed, readableFinding('0001.png')], later);
    expect([...store.files.readable(dataset.id)].map(({ groupKey }) => groupKey)).toEqual([
      null,
      'x',
      'y',
      null,
    ]);
    expect(store.files.countGroups(datasetOf(store, 0, 'empty').dataset.id)).toBe(0);
  });

  it('are one of the known kinds', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    store.datasets.setGrouping(dataset.id, 'patient');
    expect(store.datasets.get(dataset.id).grouping).toBe('patient');
    expect(storeErrorOf(() => store.datasets.setGrouping(99, 'image')).kind).toBe('not-found');
  });
});

describe('searching files', () => {
  it('finds a part of the path, signs of patterns taken as they are', () => {
    const store = temporaryStore();
    const { dataset } = datasetOf(store, 0);
    const paths = ['a/One_1.png', 'a/one%2.png', 'b/two.png'];
    store.files.upsertBatch(
      dataset.id,
      paths.map((path) => readableFinding(path)),
      '2026-04-01T00:00:00.000Z',
    );
    const found = (search: string, offset = 0) =>
      store.files.search(dataset.id, { status: null, search, offset, limit: 2 });
    expect(found('')).toMatchObject({
      total: 3,
      rows: [{ relativePath: paths[0] }, { relativePath: paths[1] }],
    });
    expect(found('', 2).rows).toHaveLength(1);
    expect(found('ONE').total).toBe(2);
    expect(found('%').rows).toMatchObject([{ relativePath: 'a/one%2.png' }]);
    expect(found('_').total).toBe(1);
    expect(store.files.search(dataset.id, { status: 'broken', search: '', offset: 0, limit: 9 }).total).toBe(
      0,
    );
  });
});
