import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { Connection } from '../../../main/store/connection.ts';
import { DATABASE_NAME, openStore } from '../../../main/store/open.ts';
import { WeightStore } from '../../../main/store/weights.ts';
import { scriptPath } from './child.ts';
import { screeningOf } from './samples.ts';
import { fillDisk, noSmallDiskBecause, remountReadOnly, smallDisk } from './small-disk.ts';
import { storeErrorOf } from './store-error-of.ts';
import { temporaryFolder, temporaryStore } from './temporary-folder.ts';

const missing = noSmallDiskBecause();
const onSmallDisk =
  missing === undefined ? 'on a real small disk' : `on a real small disk (skipped: ${missing})`;

describe.skipIf(missing !== undefined)(onSmallDisk, () => {
  it('a full disk stops a batch with one sentence, keeps the batches before it, and goes on once there is space', () => {
    const folder = smallDisk(2048);
    const store = openStore(folder);
    const { runId, ids } = screeningOf(store, 1000);
    const save = (index: number) =>
      store.scores.saveBatch(
        runId,
        ids.slice(index * 10, index * 10 + 10).map((fileId) => ({
          fileId,
          scores: Object.fromEntries(Array.from({ length: 12 }, (_, name) => [`score-${name}`, fileId])),
        })),
      );
    save(0);
    const filler = fillDisk(folder);
    let saved = 1;
    const error = storeErrorOf(() => {
      for (; saved < 100; saved++) save(saved);
    });
    expect(error.kind).toBe('disk-full');
    expect(error.message).toContain('free some space');
    expect(store.scores.counts(runId)).toEqual({ screened: saved * 10, failed: 0 });

    rmSync(filler);
    save(saved);
    store.close();
    const database = new Database(join(folder, DATABASE_NAME));
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.close();
    const reopened = openStore(folder);
    expect(reopened.scores.scoredFileIds(runId)).toEqual(new Set(ids.slice(0, (saved + 1) * 10)));
    reopened.close();
  });

  it('a new store on a full disk is refused with one sentence, and opens once there is space', () => {
    const folder = smallDisk(1024);
    const filler = fillDisk(folder);
    expect(storeErrorOf(() => openStore(join(folder, 'store'))).kind).toBe('disk-full');
    rmSync(filler);
    openStore(join(folder, 'store')).close();
  });

  it('weights that do not fit leave no half file, and those before them stay', () => {
    const folder = smallDisk(1024);
    const weights = new WeightStore(join(folder, 'weights'));
    const first = new Uint8Array(300_000).fill(1);
    const hash = weights.save(first);
    expect(storeErrorOf(() => weights.save(new Uint8Array(5_000_000))).kind).toBe('disk-full');
    expect(readdirSync(join(folder, 'weights'))).toEqual([`${hash}.bin`]);
    expect(Buffer.from(first).equals(weights.load(hash))).toBe(true);
    weights.save(new Uint8Array(300_000).fill(2));
  });

  it('a read-only disk is named as such', () => {
    const folder = smallDisk(1024);
    openStore(folder).close();
    const weights = new WeightStore(folder);
    const hash = weights.save(new Uint8Array(10));
    remountReadOnly(folder);
    const error = storeErrorOf(() => openStore(folder));
    expect(error.kind).toBe('read-only');
    expect(error.message).toContain('choose another folder');
    expect(storeErrorOf(() => openStore(join(folder, 'new'))).kind).toBe('read-only');
    expect(storeErrorOf(() => weights.save(new Uint8Array(11))).kind).toBe('read-only');
    expect(weights.load(hash)).toHaveLength(10);
  });
});

describe('without a small disk', () => {
  it("SQLite's own limit of pages is reported as a full disk, and rolls the transaction back", () => {
    const folder = temporaryFolder();
    temporaryStore(folder);
    const connection = new Connection(join(folder, DATABASE_NAME));
    connection.pragma('max_page_count = 1');
    const error = storeErrorOf(() =>
      connection.transaction(() => {
        for (let index = 0; index < 10_000; index++) {
          connection.run('INSERT INTO score_name (name) VALUES (@name)', { name: `score ${index}` });
        }
      }),
    );
    expect(error.kind).toBe('disk-full');
    connection.pragma('max_page_count = 100000');
    expect(connection.run('DELETE FROM score_name').changes).toBe(0);
    connection.close();
  });

  it.skipIf(process.platform === 'win32')(
    'weights beyond the limit of file sizes leave no half file (POSIX only)',
    () => {
      const folder = temporaryFolder();
      const kept = new WeightStore(folder).save(new Uint8Array(10));
      const limited = 'ulimit -f 64; exec "$0" "$@"';
      const output = execFileSync(
        'sh',
        ['-c', limited, process.execPath, scriptPath('save-weights.ts'), folder, '1000000'],
        { encoding: 'utf8' },
      );
      expect(output).toBe('disk-full');
      expect(readdirSync(folder)).toEqual([`${kept}.bin`]);
    },
  );
});
