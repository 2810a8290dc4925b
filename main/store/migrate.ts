import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { Connection } from './connection.ts';
import type { Migration } from './migrations/migration.ts';
import { StoreError } from './store-error.ts';
import { translatingFiles } from './translate-error.ts';

/** "FLWS": tells a flowscreen database from any other SQLite file. */
const APPLICATION_ID = 0x464c5753;

const header = z.object({ version: z.int(), owner: z.int(), tables: z.int() });

/**
 * Brings an open database to the newest schema, one transaction a step. An older database with content is first
 * copied to `<file>.v<version>.backup`.
 * @throws StoreError 'newer-version', or 'corrupt' for a database of another program; neither touches the file
 */
export function migrate(connection: Connection, steps: readonly Migration[]): void {
  const { file } = connection;
  const newest = steps.at(-1)?.version ?? 0;
  const found = readVersion(connection);
  if (found > newest) {
    throw new StoreError(
      'newer-version',
      `The database ${file} was written by a newer flowscreen (format ${found}, this one reads up to ${newest}) and was left untouched; install the newer flowscreen or choose another folder.`,
    );
  }
  if (found === newest) {
    connection.pragma('foreign_keys = ON');
    return;
  }
  if (found > 0) backUp(connection, found);
  // A table can only be made anew while nothing enforces the references to it; each step checks them at its end.
  connection.pragma('foreign_keys = OFF');
  try {
    for (const step of steps) {
      connection.transaction(() => {
        // Read again under the write lock: another process may have taken this step meanwhile.
        if (readVersion(connection) >= step.version) return;
        connection.script(step.sql);
        refuseDangling(connection);
        connection.pragma(`application_id = ${APPLICATION_ID}`);
        connection.pragma(`user_version = ${step.version}`);
      });
    }
  } finally {
    connection.pragma('foreign_keys = ON');
  }
}

function refuseDangling(connection: Connection): void {
  const dangling = connection.get(
    z.object({ table: z.string() }),
    'SELECT "table" FROM pragma_foreign_key_check',
  );
  if (dangling === undefined) return;
  throw new StoreError(
    'corrupt',
    `The database ${connection.file} cannot be upgraded because records of its table "${dangling.table}" refer to others that are missing; it was left as it was, restore it from a backup.`,
  );
}

function readVersion(connection: Connection): number {
  // One statement, because another process may be creating the database between two.
  const found = connection.get(
    header,
    `SELECT user_version AS version, application_id AS owner, (SELECT count(*) FROM sqlite_schema) AS tables
      FROM pragma_user_version, pragma_application_id`,
  );
  const isEmpty = found?.version === 0 && found.owner === 0 && found.tables === 0;
  if (found?.owner === APPLICATION_ID || isEmpty) return found.version;
  throw new StoreError(
    'corrupt',
    `The file ${connection.file} is a database of another program and was left untouched; choose another folder or move the file away.`,
  );
}

function backUp(connection: Connection, version: number): void {
  const backup = `${connection.file}.v${version}.backup`;
  const partial = `${backup}.${process.pid}`;
  try {
    connection.run('VACUUM INTO @partial', { partial });
    const copy = new Connection(partial);
    const copied = readVersion(copy);
    copy.close();
    // Another process migrated in between and has made the backup: ours is of the newer format and goes.
    if (copied !== version) return;
    translatingFiles(backup, () => {
      const descriptor = openSync(partial, 'r+');
      fsyncSync(descriptor);
      closeSync(descriptor);
      renameSync(partial, backup);
    });
  } finally {
    rmSync(partial, { force: true });
  }
}
