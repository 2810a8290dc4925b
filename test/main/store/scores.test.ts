import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { DATABASE_NAME, openStore } from '../../../main/store/open.ts';
import { RANK_SQL } from '../../../main/store/scores.ts';
import { readableFinding, SCAN_TIME, screeningOf, sha256Of, WHOLE_FILE } from './samples.ts';
import { storeErrorOf } from './store-error-of.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

/** Deterministic, with ties and both signs. */
const scoreOf = (index: number): number => ((index * 7919) % 97) - 40.5;

describe('ScoreRepository', () => {
  it('ranks by each score as sorting does, page by page, with ties in a fixed order', () => {
    const store = temporaryStore();
    const { runId, ids } = screeningOf(store, 300);
    const results = ids.map((fileId, index) => ({
      fileId,
      scores: { ratio: scoreOf(index), likelihood: -index },
    }));
    store.scores.saveBatch(runId, results.slice(200));
    store.scores.saveBatch(runId, results.slice(0, 200));
    const expected = results
      .toSorted((a, b) => b.scores.ratio - a.scores.ratio || a.fileId - b.fileId)
      .map(({ fileId, scores }) => ({ fileId, value: scores.ratio }));
    const got = [0, 100, 200, 300].flatMap((offset) =>
      store.scores.rank(runId, 'ratio', { limit: 100, offset }),
    );
    expect(got.map(({ fileId, value }) => ({ fileId, value }))).toEqual(expected);
    const ascending = store.scores.rank(runId, 'ratio', { limit: 300, descending: false });
    expect(ascending).toEqual(got.toReversed());
    expect(store.scores.rank(runId, 'likelihood', { limit: 1 })).toEqual([
      {
        fileId: ids[0],
        relativePath: '0000.png',
        ...WHOLE_FILE,
        label: null,
        value: 0,
        contentChanged: false,
      },
    ]);
    expect(store.scores.rank(runId, 'unknown', { limit: 5 })).toEqual([]);
    expect(store.scores.names(runId)).toEqual(['likelihood', 'ratio']);
    expect(store.scores.values(runId, 'ratio')).toEqual(
      results.map(({ fileId, scores }) => ({ fileId, label: null, value: scores.ratio })),
    );
  });

  it.each(['descending', 'ascending'] as const)('ranks %s from the index, without sorting', (direction) => {
    const folder = temporaryFolder();
    const store = temporaryStore(folder);
    const { runId, ids } = screeningOf(store, 200);
    store.scores.saveBatch(
      runId,
      ids.map((fileId, index) => ({ fileId, scores: { ratio: scoreOf(index), likelihood: index } })),
    );
    const database = new Database(join(folder, DATABASE_NAME));
    const plan = () =>
      z
        .array(z.object({ detail: z.string() }))
        .parse(
          database
            .prepare(`EXPLAIN QUERY PLAN ${RANK_SQL[direction]}`)
            .all({ runId, name: 'ratio', limit: 10, offset: 0 }),
        )
        .map((row) => row.detail);
    for (const analysed of [false, true]) {
      if (analysed) database.exec('ANALYZE');
      expect(plan()[0]).toMatch(/^SEARCH s USING (COVERING )?INDEX score_rank \(run_id=\? AND name_id=\?\)/);
      expect(plan().join('\n')).not.toMatch(/TEMP B-TREE|SCAN/);
    }
    database.close();
  });

  it('keeps tiles apart from the image they belong to', () => {
    const store = temporaryStore();
    const { runId, ids } = screeningOf(store, 2);
    const [tiled = 0, plain = 0] = ids;
    const tiles = [{ ratio: 1 }, { ratio: 9 }, { ratio: 2 }];
    store.scores.saveBatch(runId, [
      { fileId: tiled, scores: { ratio: 9 }, tiles },
      { fileId: plain, scores: { ratio: 5 } },
    ]);
    expect(store.scores.rank(runId, 'ratio', { limit: 9 }).map((file) => file.fileId)).toEqual([
      tiled,
      plain,
    ]);
    expect(store.scores.ofFile(runId, tiled)).toEqual({ scores: { ratio: 9 }, tiles });
    expect(store.scores.ofFile(runId, plain)).toEqual({ scores: { ratio: 5 }, tiles: [] });
    expect(store.scores.ofFile(runId, 999)).toBeUndefined();
  });

  it('lists failures and non-finite scores with the reason, and keeps the finite ones', () => {
    const store = temporaryStore();
    const { runId, ids } = screeningOf(store, 4);
    const [good = 0, broken = 0, partly = 0] = ids;
    store.scores.saveBatch(runId, [
      { fileId: good, scores: { ratio: 1, likelihood: 2 } },
      { fileId: broken, failure: 'The file ends too early.' },
      { fileId: partly, scores: { ratio: Number.POSITIVE_INFINITY, likelihood: 3 } },
    ]);
    expect(store.scores.failures(runId, { limit: 10 })).toEqual([
      {
        fileId: broken,
        relativePath: '0001.png',
        ...WHOLE_FILE,
        label: null,
        reason: 'The file ends too early.',
      },
      {
        fileId: partly,
        relativePath: '0002.png',
        ...WHOLE_FILE,
        label: null,
        reason: 'Not every score is a finite number: ratio is Infinity.',
      },
    ]);
    expect(store.scores.values(runId, 'ratio').map((row) => row.fileId)).toEqual([good]);
    expect(store.scores.values(runId, 'likelihood').map((row) => row.fileId)).toEqual([good, partly]);
    expect(store.scores.counts(runId)).toEqual({ screened: 3, failed: 2 });
    expect(store.scores.scoredFileIds(runId)).toEqual(new Set([good, broken, partly]));
  });

  it('replaces what a file had before in the same run, and leaves other runs alone', () => {
    const store = temporaryStore();
    const { runId, ids } = screeningOf(store, 1);
    const [fileId = 0] = ids;
    const { kind, modelId, datasetId, settings, seed, device } = store.runs.get(runId);
    const other = store.runs.start({ kind, modelId, datasetId, settings, seed, device }).id;
    store.scores.saveBatch(other, [{ fileId, scores: { ratio: 8 } }]);
    store.scores.saveBatch(runId, [{ fileId, scores: { ratio: 1, old: 2 }, tiles: [{ ratio: 1 }] }]);
    store.scores.saveBatch(runId, [{ fileId, scores: { ratio: 4 } }]);
    expect(store.scores.ofFile(runId, fileId)).toEqual({ scores: { ratio: 4 }, tiles: [] });
    expect(store.scores.ofFile(other, fileId)).toEqual({ scores: { ratio: 8 }, tiles: [] });
    store.scores.saveBatch(runId, [{ fileId, failure: 'gone' }]);
    expect(store.scores.rank(runId, 'ratio', { limit: 1 })).toEqual([]);
  });

  it('tells when a file is no longer what was scored, and does not count it as done', () => {
    const store = temporaryStore();
    const { runId, ids, datasetId } = screeningOf(store, 2);
    store.scores.saveBatch(
      runId,
      ids.map((fileId) => ({ fileId, scores: { ratio: fileId } })),
    );
    store.files.upsertBatch(
      datasetId,
      [{ ...readableFinding('0000.png'), sha256: sha256Of('new content') }],
      SCAN_TIME,
    );
    expect(store.scores.scoredFileIds(runId)).toEqual(new Set([ids[1]]));
    expect(store.scores.rank(runId, 'ratio', { limit: 2 }).map((file) => file.contentChanged)).toEqual([
      false,
      true,
    ]);
  });

  it('saves nothing of a batch that names an unknown file', () => {
    const store = temporaryStore();
    const { runId, ids } = screeningOf(store, 1);
    const [fileId = 0] = ids;
    const batch = [
      { fileId, scores: { ratio: 1 } },
      { fileId: 12345, scores: { ratio: 1 } },
    ];
    expect(storeErrorOf(() => store.scores.saveBatch(runId, batch)).kind).toBe('constraint');
    expect(store.scores.counts(runId)).toEqual({ screened: 0, failed: 0 });
  });

  it('needs less than 60 bytes a score, indexes included', () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    const { runId, ids } = screeningOf(store, 2000);
    store.close();
    const file = join(folder, DATABASE_NAME);
    const before = statSync(file).size;
    const reopened = openStore(folder);
    reopened.scores.saveBatch(
      runId,
      ids.map((fileId, index) => ({
        fileId,
        scores: Object.fromEntries(
          Array.from({ length: 12 }, (_, name) => [`score-${name}`, Math.sin(index * 12 + name)]),
        ),
      })),
    );
    reopened.close();
    expect((statSync(file).size - before) / (2000 * 12)).toBeLessThan(60);
  });
});
