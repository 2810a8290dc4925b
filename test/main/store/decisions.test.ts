import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { DATABASE_NAME } from '../../../main/store/open.ts';
import { screeningOf } from './samples.ts';
import { storeErrorOf } from './store-error-of.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

const flag = { verdict: 'flag', note: null } as const;
const clear = { verdict: 'clear', note: null } as const;
const NONE = { verdict: null, note: null };

describe('DecisionRepository', () => {
  it('keeps every decision, the newest in force', () => {
    const store = temporaryStore();
    const { runId, ids } = screeningOf(store, 2);
    const [a = 0, b = 0] = ids;
    store.decisions.set(runId, [a, b], flag, 'ana');
    store.decisions.set(runId, [a], { verdict: 'clear', note: 'an artefact' }, 'ben');
    expect(store.decisions.inForce(runId, a)).toEqual({ verdict: 'clear', note: 'an artefact' });
    expect(store.decisions.inForce(runId, b)).toEqual(flag);
    expect(store.decisions.history(runId, a)).toMatchObject([
      { who: 'ben', verdict: 'clear', note: 'an artefact' },
      { who: 'ana', verdict: 'flag', note: null },
    ]);
    expect(store.decisions.counts(runId)).toEqual({ flag: 1, clear: 1, unsure: 0 });
  });

  it('leaves the note alone, changes it or takes it away', () => {
    const store = temporaryStore();
    const { runId, ids } = screeningOf(store, 1);
    const [a = 0] = ids;
    store.decisions.set(runId, [a], { verdict: 'flag', note: 'left' }, 'ana');
    store.decisions.set(runId, [a], clear, 'ana');
    expect(store.decisions.inForce(runId, a)).toEqual({ verdict: 'clear', note: 'left' });
    store.decisions.set(runId, [a], { verdict: 'clear', note: '' }, 'ana');
    expect(store.decisions.inForce(runId, a)).toEqual(clear);
  });

  it('leaves out what is decided so already, and names no change where there is none', () => {
    const store = temporaryStore();
    const { runId, ids } = screeningOf(store, 3);
    store.decisions.set(runId, ids.slice(0, 1), flag, 'ana');
    expect(store.decisions.set(runId, [...ids, ...ids], flag, 'ana').cases).toHaveLength(2);
    expect(store.decisions.set(runId, ids, flag, 'ana')).toMatchObject({ id: null, cases: [] });
  });

  it('undoes one change, but not what someone decided since', () => {
    const store = temporaryStore();
    const { runId, ids } = screeningOf(store, 3);
    const [a = 0, b = 0, c = 0] = ids;
    store.decisions.set(runId, [a], { verdict: 'unsure', note: 'look again' }, 'ana');
    const { id } = store.decisions.set(runId, ids, flag, 'ana');
    store.decisions.set(runId, [c], clear, 'ben');
    const undone = store.decisions.undo(id ?? 0, 'ana');
    expect(undone?.cases.map(({ fileId }) => fileId)).toEqual([a, b]);
    expect(store.decisions.inForce(runId, a)).toEqual({ verdict: 'unsure', note: 'look again' });
    expect(store.decisions.inForce(runId, b)).toEqual(NONE);
    expect(store.decisions.inForce(runId, c)).toEqual(clear);
    expect(store.decisions.undo(id ?? 0, 'ana')?.cases).toEqual([]);
    expect(store.decisions.undo(undone?.id ?? 0, 'ana')?.cases).toHaveLength(2);
    expect(store.decisions.inForce(runId, b)).toEqual(flag);
    expect(store.decisions.undo(999, 'ana')).toBeUndefined();
  });

  it('takes all or nothing', () => {
    const store = temporaryStore();
    const { runId, ids } = screeningOf(store, 1);
    expect(storeErrorOf(() => store.decisions.set(runId, [...ids, 999], flag, 'ana')).kind).toBe(
      'constraint',
    );
    expect(store.decisions.counts(runId)).toEqual({ flag: 0, clear: 0, unsure: 0 });
  });

  it('cannot be changed or deleted, even by another program', () => {
    const folder = temporaryFolder();
    const store = temporaryStore(folder);
    const { runId, ids } = screeningOf(store, 1);
    store.decisions.set(runId, ids, flag, 'ana');
    const database = new Database(join(folder, DATABASE_NAME));
    for (const sql of [
      `UPDATE decision SET verdict = 'clear'`,
      'DELETE FROM decision',
      `INSERT OR REPLACE INTO decision SELECT id, change_id, run_id, file_id, 'clear', note FROM decision`,
    ]) {
      expect(() => database.exec(sql), sql).toThrow('append-only');
    }
    const plan = z
      .array(z.object({ detail: z.string() }))
      .parse(
        database
          .prepare(
            'EXPLAIN QUERY PLAN SELECT verdict FROM decision_in_force WHERE run_id = 1 AND file_id = 2',
          )
          .all(),
      );
    expect(plan.map(({ detail }) => detail).join()).toContain('USING PRIMARY KEY (run_id=? AND file_id=?)');
    database.close();
  });
});
