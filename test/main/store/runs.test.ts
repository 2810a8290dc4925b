import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { DATABASE_NAME, type Store } from '../../../main/store/open.ts';
import type { Run } from '../../../main/store/runs.ts';
import { datasetOf, modelOf, sha256Of } from './samples.ts';
import { storeErrorOf } from './store-error-of.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

function startFit(store: Store): Run {
  const dataset = store.datasets.find('parts') ?? datasetOf(store, 1).dataset;
  return store.runs.start({
    kind: 'fit',
    modelId: null,
    datasetId: dataset.id,
    settings: { epochs: 4 },
    seed: 3,
    device: 'webgpu',
  });
}

describe('RunRepository', () => {
  it('leads a fit from start to end', () => {
    const store = temporaryStore();
    const run = startFit(store);
    expect(run).toMatchObject({ status: 'running', modelId: null, progress: null, pid: process.pid });
    store.runs.recordProgress(run.id, { step: 10 });
    store.runs.recordCheckpoint(run.id, sha256Of('checkpoint'), { step: 20 });
    expect(store.runs.get(run.id)).toMatchObject({
      progress: { step: 20 },
      checkpointHash: sha256Of('checkpoint'),
    });
    expect(store.runs.checkpointHashes()).toEqual([sha256Of('checkpoint')]);
    const model = modelOf(store, run.datasetId ?? 0);
    store.runs.finish(run.id, model.id);
    const done = store.runs.get(run.id);
    expect(done).toMatchObject({ status: 'done', modelId: model.id });
    expect(Date.parse(done.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(done.startedAt));
    expect(store.runs.checkpointHashes()).toEqual([]);
  });

  it('does not let a fit end without a model', () => {
    const store = temporaryStore();
    const run = startFit(store);
    expect(storeErrorOf(() => store.runs.finish(run.id)).kind).toBe('constraint');
    expect(store.runs.get(run.id).status).toBe('running');
  });

  it('continues an interrupted and a failed run, never a running or finished one', () => {
    const store = temporaryStore();
    const run = startFit(store);
    expect(storeErrorOf(() => store.runs.resume(run.id)).message).toContain(`process ${process.pid}`);
    store.runs.fail(run.id, 'The disk is full.');
    expect(store.runs.get(run.id)).toMatchObject({ status: 'failed', error: 'The disk is full.' });
    expect(store.runs.resume(run.id)).toMatchObject({ status: 'running', error: null, finishedAt: null });
    store.runs.interrupt(run.id);
    expect(store.runs.resume(run.id).status).toBe('running');
    store.runs.finish(run.id, modelOf(store, run.datasetId ?? 0).id);
    expect(storeErrorOf(() => store.runs.resume(run.id)).kind).toBe('not-resumable');
    expect(storeErrorOf(() => store.runs.resume(404)).kind).toBe('not-found');
    expect(storeErrorOf(() => store.runs.recordProgress(404, {})).kind).toBe('not-found');
  });

  it('lists newest first, filtered', () => {
    const store = temporaryStore();
    const [a, b] = [startFit(store), startFit(store)];
    const bench = store.runs.start({
      kind: 'bench',
      modelId: null,
      datasetId: null,
      settings: {},
      seed: 1,
      device: 'cpu',
    });
    store.runs.interrupt(a.id);
    const ids = (runs: Run[]) => runs.map((run) => run.id);
    expect(ids(store.runs.list())).toEqual([bench.id, b.id, a.id]);
    expect(ids(store.runs.list({ kind: 'fit' }))).toEqual([b.id, a.id]);
    expect(ids(store.runs.list({ kind: 'fit', status: 'interrupted' }))).toEqual([a.id]);
    expect(ids(store.runs.list({ datasetId: a.datasetId ?? 0 }))).toEqual([b.id, a.id]);
    expect(ids(store.runs.list({ modelId: 5 }))).toEqual([]);
  });

  it('does not take a reused process number for the process that claimed the run', () => {
    const folder = temporaryFolder();
    const store = temporaryStore(folder);
    const [ours, old, beforeBoot] = [startFit(store), startFit(store), startFit(store)];
    const database = new Database(join(folder, DATABASE_NAME));
    const claim = database.prepare(
      `UPDATE run SET claimed_at = '2020-01-01T00:00:00.000Z', pid = ? WHERE id = ?`,
    );
    // This process's own number from an earlier life, and a living process's number from before the last boot.
    claim.run(process.pid, old.id);
    claim.run(process.ppid, beforeBoot.id);
    database.close();
    expect(store.runs.adoptAbandoned().map((run) => run.id)).toEqual([beforeBoot.id, old.id]);
    expect(store.runs.get(old.id).status).toBe('interrupted');
    expect(store.runs.get(ours.id).status).toBe('running');
    expect(store.runs.adoptAbandoned()).toEqual([]);
  });
});
