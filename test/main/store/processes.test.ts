import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { DATABASE_NAME, openStore } from '../../../main/store/open.ts';
import { kill9, linesUntil, outputOf, startChild } from './child.ts';
import { datasetOf, screeningOf } from './samples.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

function integrityOf(folder: string): unknown {
  const database = new Database(join(folder, DATABASE_NAME));
  const verdict = database.pragma('integrity_check', { simple: true });
  const dangling = database.pragma('foreign_key_check');
  database.close();
  return { verdict, dangling };
}

const INTACT = { verdict: 'ok', dangling: [] };

describe('two processes on one database', () => {
  it('both write and both read what the other wrote', async () => {
    const folder = temporaryFolder();
    const store = temporaryStore(folder);
    const { runId, ids } = screeningOf(store, 400);
    const [first = 0] = ids;
    const child = startChild('write-scores.ts', folder, runId, first, 10, 20);
    const output = outputOf(child);
    let own = 0;
    while (child.exitCode === null) {
      if (own < 20) {
        const batch = ids.slice(200 + own * 10, 210 + own * 10);
        store.scores.saveBatch(
          runId,
          batch.map((fileId) => ({ fileId, scores: { ratio: fileId } })),
        );
        own++;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await output;
    expect(own).toBe(20);
    expect(store.scores.scoredFileIds(runId)).toEqual(new Set(ids));
    expect(integrityOf(folder)).toEqual(INTACT);
  });

  it('may create it at the same moment', async () => {
    const folder = temporaryFolder();
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(names.map((name) => outputOf(startChild('add-dataset.ts', folder, name))));
    expect(
      temporaryStore(folder)
        .datasets.list()
        .map((dataset) => dataset.name),
    ).toEqual(names);
  });

  it('wait for each other where one still writes without the write-ahead log', async () => {
    const folder = temporaryFolder();
    openStore(folder).close();
    const file = join(folder, DATABASE_NAME);
    const before = new Database(file);
    expect(before.pragma('journal_mode = DELETE', { simple: true })).toBe('delete');
    before.close();
    await linesUntil(startChild('hold-writing.ts', file, 300), () => true);
    temporaryStore(folder);
    const after = new Database(file, { readonly: true });
    expect(after.pragma('journal_mode', { simple: true })).toBe('wal');
    after.close();
  });
});

describe('a process killed with kill -9', () => {
  it('has lost no committed batch and left no half of one', async () => {
    const folder = temporaryFolder();
    const store = temporaryStore(folder);
    const { runId, ids } = screeningOf(store, 9000);
    const [first = 0] = ids;
    const child = startChild('write-scores.ts', folder, runId, first, 30, 300);
    const lines = await linesUntil(child, (line) => line === '12');
    await kill9(child);
    expect(child.signalCode).toBe('SIGKILL');
    const screened = store.scores.counts(runId).screened;
    expect(screened).toBeGreaterThanOrEqual(lines.length * 30);
    expect(screened % 30).toBe(0);
    expect(store.scores.values(runId, 'ratio')).toHaveLength(screened);
    expect(store.scores.values(runId, 'likelihood')).toHaveLength(screened);
    expect(integrityOf(folder)).toEqual(INTACT);
  });

  it('leaves its run to be adopted and continued, while a living one keeps its own', async () => {
    const folder = temporaryFolder();
    const store = temporaryStore(folder);
    const { dataset } = datasetOf(store, 1);
    const child = startChild('start-run.ts', folder, dataset.id);
    const [line] = await linesUntil(child, () => true);
    const runId = Number(line);
    expect(store.runs.adoptAbandoned()).toEqual([]);
    expect(() => store.runs.resume(runId)).toThrow(`process ${child.pid}`);
    await kill9(child);
    const adopted = store.runs.adoptAbandoned();
    expect(adopted).toMatchObject([{ id: runId, status: 'interrupted', pid: child.pid }]);
    expect(store.runs.resume(runId)).toMatchObject({ status: 'running', pid: process.pid });
  });
});
