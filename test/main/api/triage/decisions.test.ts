import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { DATABASE_NAME } from '../../../../main/store/open.ts';
import { screeningOf } from '../../store/samples.ts';
import { openWindow } from '../window.ts';

async function screened(count: number) {
  const window = await openWindow();
  const { runId, ids } = screeningOf(window.store, count);
  window.store.scores.saveBatch(
    runId,
    ids.map((fileId) => ({ fileId, scores: { ratio: fileId } })),
  );
  return { ...window, runId, ids };
}

const page = { search: '', action: null, offset: 0, limit: 50 };

describe('decisions', () => {
  it('go to the audit trail with old and new value, note and reason, under the reviewer', async () => {
    const { api, runId, ids } = await screened(2);
    const [a = 0] = ids;
    await api.settings.save({ reviewer: 'Dr Ana' });
    const first = { runId, fileIds: [a], verdict: 'flag' as const, note: 'left, small', reason: null };
    expect(await api.decisions.set(first)).toEqual({ changed: 1, undoId: 1 });
    await api.decisions.set({ ...first, verdict: 'clear', note: null, reason: 'an artefact' });
    const { rows, total, actions } = await api.audit.entries(page);
    expect(total).toBe(3);
    expect(actions).toEqual(['decision set', 'settings changed']);
    expect(rows).toMatchObject([
      {
        who: 'Dr Ana (account)',
        action: 'decision set',
        subject: `case ${a} of screening ${runId}`,
        oldValue: 'flag, note: left, small',
        newValue: 'clear, note: left, small',
        reason: 'an artefact',
      },
      { oldValue: 'undecided', newValue: 'flag, note: left, small', reason: null },
      { who: 'account', subject: 'setting reviewer', oldValue: 'account', newValue: 'Dr Ana' },
    ]);
    expect(await api.audit.verify()).toMatchObject({ intact: true, entries: 3, firstBroken: null });
  });

  it('are undone once, without what was decided since', async () => {
    const { api, store, runId, ids } = await screened(3);
    const [a = 0, b = 0] = ids;
    const { undoId } = await api.decisions.set({
      runId,
      fileIds: ids,
      verdict: 'flag',
      note: null,
      reason: null,
    });
    await api.decisions.set({ runId, fileIds: [a], verdict: 'unsure', note: null, reason: null });
    expect(await api.decisions.undo({ undoId: undoId ?? 0 })).toEqual({ changed: 2 });
    expect(await api.decisions.undo({ undoId: undoId ?? 0 })).toEqual({ changed: 0 });
    expect(store.decisions.inForce(runId, a).verdict).toBe('unsure');
    expect(store.decisions.inForce(runId, b).verdict).toBeNull();
    const { rows } = await api.audit.entries({ ...page, action: 'decision undone' });
    expect(rows.map(({ oldValue, newValue }) => [oldValue, newValue])).toEqual([
      ['flag', 'undecided'],
      ['flag', 'undecided'],
    ]);
  });

  it('on 5000 cases are one change, and a case of another screening refuses them all', async () => {
    const { api, refusalOf, dump, runId, ids } = await screened(5000);
    const all = { runId, fileIds: ids, verdict: 'clear' as const, note: null, reason: null };
    const before = dump();
    expect(await refusalOf('decisions.set', { ...all, fileIds: [...ids.slice(1), 99_999] })).toMatchObject({
      code: 'SERVICE',
      kind: 'unknown-file',
    });
    expect(dump()).toEqual(before);
    expect(await api.decisions.set(all)).toMatchObject({ changed: 5000 });
    expect(await api.audit.verify()).toMatchObject({ intact: true, entries: 5000 });
    expect(await api.decisions.undo({ undoId: 1 })).toEqual({ changed: 5000 });
  });

  it('are told to every window', async () => {
    const { api, runId, ids } = await screened(1);
    const ending = new AbortController();
    const changes = await api.system.changes(undefined, { signal: ending.signal });
    const heard: string[] = [];
    const listening = (async () => {
      for await (const { topic } of changes) {
        heard.push(topic);
        if (heard.length === 2) break;
      }
    })();
    // The first turn of the loop is what makes it a follower.
    await new Promise(setImmediate);
    await api.decisions.set({ runId, fileIds: ids, verdict: 'flag', note: null, reason: null });
    await listening;
    ending.abort();
    expect(heard.sort()).toEqual(['audit', 'decisions']);
  });
});

describe('a tampered audit trail', () => {
  it('is named with its entry', async () => {
    const { api, home, runId, ids } = await screened(3);
    await api.decisions.set({ runId, fileIds: ids, verdict: 'flag', note: null, reason: null });
    const database = new Database(join(home, DATABASE_NAME));
    database.exec(`DROP TRIGGER audit_is_never_changed; UPDATE audit SET new_value = 'clear' WHERE id = 2`);
    database.close();
    const verdict = await api.audit.verify();
    expect(verdict).toMatchObject({ intact: false, entries: 3, firstBroken: 2 });
    expect(verdict.message).toContain('entry 2');
  });
});
