import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Connection } from '../../../main/store/connection.ts';
import { migrate } from '../../../main/store/migrate.ts';
import { migrations } from '../../../main/store/migrations/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const first = { version: 1, sql: 'CREATE TABLE fruit (name TEXT NOT NULL) STRICT' };
const second = { version: 2, sql: `ALTER TABLE fruit ADD COLUMN colour TEXT NOT NULL DEFAULT 'green'` };
const failing = { version: 2, sql: `CREATE TABLE half (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1)` };

function openOld(folder: string): Connection {
  const connection = new Connection(join(folder, 'a.sqlite'));
  onTestFinished(() => connection.close());
  connection.pragma('journal_mode = WAL');
  migrate(connection, [first]);
  connection.run(`INSERT INTO fruit VALUES ('pear')`);
  return connection;
}

describe('migrate', () => {
  it('has steps that count up from 1 without gaps', () => {
    expect(migrations.map((step) => step.version)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('makes no backup of a new database', () => {
    const folder = temporaryFolder();
    openOld(folder);
    expect(readdirSync(folder).filter((name) => name.includes('backup'))).toEqual([]);
  });

  it('backs an older database up with everything in it, then upgrades it', () => {
    const folder = temporaryFolder();
    const connection = openOld(folder);
    migrate(connection, [first, second]);
    const row = z.object({ name: z.string(), colour: z.string() });
    expect(connection.all(row, 'SELECT * FROM fruit')).toEqual([{ name: 'pear', colour: 'green' }]);
    expect(connection.pragma('user_version')).toBe(2);
    const backup = new Database(join(folder, 'a.sqlite.v1.backup'), { readonly: true });
    expect(backup.prepare('SELECT * FROM fruit').all()).toEqual([{ name: 'pear' }]);
    expect(backup.pragma('user_version', { simple: true })).toBe(1);
    backup.close();
    expect(readdirSync(folder).filter((name) => /backup\./.test(name))).toEqual([]);
  });

  it('leaves the older database as it was when a step fails, and can try again', () => {
    const folder = temporaryFolder();
    const connection = openOld(folder);
    expect(() => migrate(connection, [first, failing])).toThrow('nowhere');
    expect(connection.pragma('user_version')).toBe(1);
    const tables = connection.all(z.object({ name: z.string() }), 'SELECT name FROM sqlite_schema');
    expect(tables).toEqual([{ name: 'fruit' }]);
    migrate(connection, [first, second]);
    expect(connection.pragma('user_version')).toBe(2);
  });

  it('does nothing to a database that is up to date', () => {
    const folder = temporaryFolder();
    const connection = openOld(folder);
    migrate(connection, [first]);
    expect(existsSync(join(folder, 'a.sqlite.v1.backup'))).toBe(false);
  });
});
