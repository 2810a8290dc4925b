import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { NewAuditEntry } from '../../../main/store/audit.ts';
import { DATABASE_NAME } from '../../../main/store/open.ts';
import { outputOf, startChild } from './child.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

const entry: NewAuditEntry = {
  who: 'ana',
  action: 'threshold set',
  subject: 'model brain',
  oldValue: null,
  newValue: '12.5',
  reason: 'fewer "false" alarms\nañadido',
};

function trailOf(count: number) {
  const folder = temporaryFolder();
  const store = temporaryStore(folder);
  for (let index = 0; index < count; index++) store.audit.append({ ...entry, subject: `model ${index}` });
  return { folder, store };
}

/** What someone does who opens the file with another program and takes the triggers away first. */
function tamper(folder: string, sql: string): void {
  const database = new Database(join(folder, DATABASE_NAME));
  database.exec(`DROP TRIGGER audit_is_only_appended; DROP TRIGGER audit_is_never_changed;
    DROP TRIGGER audit_is_never_deleted; ${sql}`);
  database.close();
}

describe('AuditRepository', () => {
  it('chains the entries by hash, in the way that is written down', () => {
    const { store } = trailOf(3);
    const rows = store.audit.page({ offset: 0, limit: 10 }).rows.reverse();
    let previous = '0'.repeat(64);
    for (const { hash, ...row } of rows) {
      const { id, at, who, action, subject, oldValue, newValue, reason } = row;
      const line = JSON.stringify([id, at, who, action, subject, oldValue, newValue, reason]);
      expect(hash).toBe(createHash('sha256').update(`${previous}\n${line}`).digest('hex'));
      previous = hash;
    }
    expect(store.audit.verify()).toEqual({ entries: 3, firstBroken: null });
  });

  it('is whole when it is empty, and over more than one page', () => {
    expect(temporaryStore().audit.verify()).toEqual({ entries: 0, firstBroken: null });
    const { store } = trailOf(2001);
    expect(store.audit.verify()).toEqual({ entries: 2001, firstBroken: null });
  });

  it('lists the newest first, by action and by any of its texts', () => {
    const { store } = trailOf(3);
    store.audit.append({ ...entry, action: 'settings changed', reason: '100 % sure_ly' });
    const page = (filter: { search?: string; action?: string }) => {
      const { total, rows } = store.audit.page({ ...filter, offset: 0, limit: 2 });
      return [total, rows.map(({ id }) => id)];
    };
    expect(page({})).toEqual([4, [4, 3]]);
    expect(page({ action: 'threshold set' })).toEqual([3, [3, 2]]);
    expect(page({ search: 'MODEL 1' })).toEqual([1, [2]]);
    expect(page({ search: '% sure_' })).toEqual([1, [4]]);
    expect(store.audit.actions()).toEqual(['settings changed', 'threshold set']);
  });

  it('cannot be changed, shortened or reordered, even by another program', () => {
    const { folder, store } = trailOf(2);
    const database = new Database(join(folder, DATABASE_NAME));
    for (const sql of [
      `UPDATE audit SET who = 'eve'`,
      'DELETE FROM audit WHERE id = 2',
      'INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE id = 1',
      `INSERT INTO audit SELECT 9, at, who, action, subject, old_value, new_value, reason, hash FROM audit WHERE id = 1`,
    ]) {
      expect(() => database.exec(sql), sql).toThrow('append-only');
    }
    database.close();
    expect(store.audit.verify()).toEqual({ entries: 2, firstBroken: null });
  });

  it.each([
    ['a changed value', `UPDATE audit SET new_value = '99' WHERE id = 3`, 3],
    ['another person', `UPDATE audit SET who = 'eve' WHERE id = 1`, 1],
    ['another time', `UPDATE audit SET at = '2020-01-01T00:00:00.000Z' WHERE id = 5`, 5],
    ['NULL made to text', `UPDATE audit SET old_value = 'null' WHERE id = 2`, 2],
    ['another hash', `UPDATE audit SET hash = '${'a'.repeat(64)}' WHERE id = 4`, 4],
    ['an entry taken out of the middle', 'DELETE FROM audit WHERE id = 3', 3],
    ['the first entry gone', 'DELETE FROM audit WHERE id = 1', 1],
    ['the last entry gone', 'DELETE FROM audit WHERE id = 5', 5],
    ['all entries gone', 'DELETE FROM audit', 1],
    [
      'two entries swapped',
      'UPDATE audit SET id = 99 WHERE id = 2; UPDATE audit SET id = 2 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 99',
      2,
    ],
    [
      'an entry slipped in at the end',
      `INSERT INTO audit SELECT 6, at, who, action, subject, old_value, new_value, reason, hash FROM audit WHERE id = 5`,
      6,
    ],
  ])('finds %s', (_, sql, firstBroken) => {
    const { folder, store } = trailOf(5);
    tamper(folder, sql);
    expect(store.audit.verify().firstBroken).toBe(firstBroken);
  });

  it('goes on after the last entry was taken away, and still shows that it is gone', () => {
    const { folder, store } = trailOf(3);
    tamper(folder, 'DELETE FROM audit WHERE id = 3');
    expect(store.audit.append(entry).id).toBe(4);
    expect(store.audit.verify().firstBroken).toBe(3);
  });

  it('is taken back with the change that it records', () => {
    const { store } = trailOf(1);
    expect(() =>
      store.transaction(() => {
        store.audit.append(entry);
        throw new Error('the change failed');
      }),
    ).toThrow('the change failed');
    store.audit.append(entry);
    expect(store.audit.verify()).toEqual({ entries: 2, firstBroken: null });
  });

  it('holds when processes append at once', async () => {
    const folder = temporaryFolder();
    const store = temporaryStore(folder);
    const children = ['ana', 'ben', 'eva'].map((who) =>
      outputOf(startChild('append-audit.ts', folder, who, 60)),
    );
    for (let index = 0; index < 40; index++) {
      store.audit.append(entry);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Promise.all(children);
    expect(store.audit.verify()).toEqual({ entries: 220, firstBroken: null });
    const { rows } = store.audit.page({ offset: 0, limit: 500 });
    expect(Map.groupBy(rows, ({ who }) => who).get('ben')).toHaveLength(60);
  });
});
