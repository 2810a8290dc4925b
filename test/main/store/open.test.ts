import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { Connection } from '../../../main/store/connection.ts';
import { DATABASE_NAME, openStore } from '../../../main/store/open.ts';
import { datasetOf } from './samples.ts';
import { storeErrorOf } from './store-error-of.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

describe('openStore', () => {
  it('creates folder and database and finds its content again', () => {
    const folder = join(temporaryFolder(), 'not', 'there', 'yet');
    const first = openStore(folder);
    const { dataset } = datasetOf(first, 3);
    first.close();
    const second = temporaryStore(folder);
    expect(second.datasets.list()).toEqual([dataset]);
    expect(second.files.countsByStatus(dataset.id)).toEqual({ readable: 3, skipped: 0, broken: 0 });
  });

  it('keeps a write-ahead log, and every table is STRICT', () => {
    const folder = temporaryFolder();
    temporaryStore(folder);
    const database = new Database(join(folder, DATABASE_NAME), { readonly: true });
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    const lenient = database.prepare(
      `SELECT name FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND strict = 0`,
    );
    expect(lenient.all()).toEqual([]);
    database.close();
  });

  it('enforces foreign keys', () => {
    const store = temporaryStore();
    const error = storeErrorOf(() =>
      store.runs.start({
        kind: 'fit',
        modelId: null,
        datasetId: 99,
        settings: {},
        seed: 1,
        device: 'cpu',
      }),
    );
    expect(error.kind).toBe('constraint');
  });

  it('refuses a database from a newer version and does not touch it', () => {
    const folder = temporaryFolder();
    openStore(folder).close();
    const file = join(folder, DATABASE_NAME);
    const newer = new Database(file);
    newer.exec('CREATE TABLE from_the_future (x INTEGER); PRAGMA user_version = 999;');
    newer.close();
    const before = readFileSync(file);
    const error = storeErrorOf(() => openStore(folder));
    expect(error.kind).toBe('newer-version');
    expect(error.message).toContain('install the newer flowscreen');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it.each([
    ['text', Buffer.from('this is a letter, not a database. '.repeat(200))],
    ['a picture', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(5000, 7)])],
  ])('refuses %s in place of the database and does not overwrite it', (_, content) => {
    const folder = temporaryFolder();
    const file = join(folder, DATABASE_NAME);
    writeFileSync(file, content);
    expect(storeErrorOf(() => openStore(folder)).kind).toBe('corrupt');
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  it('refuses the database of another program and does not add to it', () => {
    const folder = temporaryFolder();
    const file = join(folder, DATABASE_NAME);
    const other = new Database(file);
    other.exec('CREATE TABLE bookmarks (url TEXT)');
    other.close();
    const before = readFileSync(file);
    const error = storeErrorOf(() => openStore(folder));
    expect(error.kind).toBe('corrupt');
    expect(error.message).toContain('another program');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('reports damage that shows only when a table is read', () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    datasetOf(store, 2000);
    store.close();
    const file = join(folder, DATABASE_NAME);
    const damaged = readFileSync(file);
    damaged.fill(0xff, 4096 * 8);
    writeFileSync(file, damaged);
    const error = storeErrorOf(() => {
      const reopened = temporaryStore(folder);
      for (const dataset of reopened.datasets.list()) Array.from(reopened.files.iterate(dataset.id));
    });
    expect(error.kind).toBe('corrupt');
    expect(error.message).toContain('restore it from a backup');
  });

  it('reports a row that does not fit its type', () => {
    const folder = temporaryFolder();
    const store = temporaryStore(folder);
    datasetOf(store, 1);
    const database = new Database(join(folder, DATABASE_NAME));
    database.exec(`PRAGMA ignore_check_constraints = ON; UPDATE dataset SET created_at = 'yesterday'`);
    database.close();
    const error = storeErrorOf(() => store.datasets.list());
    expect(error.kind).toBe('corrupt');
    expect(error.message).toContain('createdAt');
  });

  it('says so when the folder is a file', () => {
    const path = join(temporaryFolder(), 'occupied');
    writeFileSync(path, '');
    expect(storeErrorOf(() => openStore(path)).message).toContain(path);
  });

  it('opens a copy of a closed database: one file holds everything', () => {
    const folder = temporaryFolder();
    const store = openStore(folder);
    datasetOf(store, 5);
    store.close();
    const copy = join(folder, 'copy');
    mkdirSync(copy);
    copyFileSync(join(folder, DATABASE_NAME), join(copy, DATABASE_NAME));
    expect(temporaryStore(copy).datasets.list()).toHaveLength(1);
  });
});

describe('Store.transaction', () => {
  it('saves all or nothing, nested batches included', () => {
    const store = temporaryStore();
    expect(() =>
      store.transaction(() => {
        datasetOf(store, 10);
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(store.datasets.list()).toEqual([]);
    store.transaction(() => datasetOf(store, 10));
    expect(store.datasets.list()).toHaveLength(1);
  });

  it('refuses a promise and rolls back', () => {
    const store = temporaryStore();
    expect(() =>
      // @ts-expect-error the type refuses it too
      store.transaction(async () => {
        datasetOf(store, 1);
        await Promise.resolve();
      }),
    ).toThrow(TypeError);
    expect(store.datasets.list()).toEqual([]);
  });
});

describe('a database locked by another', () => {
  it('is reported as busy after the timeout, and works once it is free', () => {
    const file = join(temporaryFolder(), DATABASE_NAME);
    const holder = new Connection(file);
    holder.script('CREATE TABLE note (text TEXT) STRICT; BEGIN EXCLUSIVE');
    const waiting = new Connection(file, 50);
    const write = () => waiting.run(`INSERT INTO note VALUES ('kept')`).changes;
    const error = storeErrorOf(write);
    expect(error.kind).toBe('busy');
    expect(error.message).toContain('another flowscreen');
    holder.script('COMMIT');
    expect(write()).toBe(1);
    waiting.close();
    holder.close();
  });
});
