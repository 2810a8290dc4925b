import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { StoreError } from './store-error.ts';

/** What Node throws for a failed system call, unlike its errors about wrong arguments. */
const systemError = z.object({ code: z.string(), syscall: z.string() });

/** Below this SQLite cannot even grow its write-ahead log by a few pages. */
const ALMOST_NOTHING_BYTES = 64 * 1024;

/** Runs `action`; failures of SQLite on the database `file` come out as StoreError, anything else unchanged. */
export function translatingSqlite<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof Database.SqliteError ? fromSqlite(error, file) : error;
  }
}

/** Runs `action`; failures of the operating system on `path` come out as StoreError, anything else unchanged. */
export function translatingFiles<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const known = systemError.safeParse(error);
    throw known.success ? fromSystem(known.data.code, path, error) : error;
  }
}

/** True for the violation of a UNIQUE constraint, which repositories turn into a sentence about the name. */
export function isUniqueViolation(error: unknown): boolean {
  return (
    error instanceof StoreError &&
    error.cause instanceof Database.SqliteError &&
    error.cause.code === 'SQLITE_CONSTRAINT_UNIQUE'
  );
}

function fromSqlite(cause: InstanceType<typeof Database.SqliteError>, file: string): unknown {
  const { code } = cause;
  if (code === 'SQLITE_FULL') return diskFull(file, cause);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new StoreError(
      'busy',
      `The database ${file} is in use by another flowscreen that holds it locked; wait until that one has finished, or stop it, and try again.`,
      { cause },
    );
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new StoreError(
      'corrupt',
      `The file ${file} is damaged or is not a flowscreen database and was left untouched; restore it from a backup, or move it away to start a new one.`,
      { cause },
    );
  }
  if (code === 'SQLITE_READONLY_DBMOVED') {
    return new StoreError(
      'io',
      `The database ${file} was moved or deleted while it was open; put it back and try again.`,
      {
        cause,
      },
    );
  }
  // SQLite reports several symptoms of a full disk (no room for the shared-memory file, a failed sync) as
  // input/output errors or as a file it cannot open: only the disk itself can tell.
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN')) {
    if (hasNoSpace(file)) return diskFull(file, cause);
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_PERM') {
    return readOnly(file, cause);
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new StoreError(
      'io',
      `The disk failed while reading or writing the database ${file} (${code}); check the disk and try again.`,
      { cause },
    );
  }
  if (code.startsWith('SQLITE_CONSTRAINT')) {
    return new StoreError(
      'constraint',
      `The database ${file} refused a record that breaks one of its rules (${cause.message}); nothing was changed, please report this.`,
      { cause },
    );
  }
  return cause;
}

function fromSystem(code: string, path: string, cause: unknown): StoreError {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return diskFull(path, cause);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return readOnly(path, cause);
    default:
      return new StoreError(
        'io',
        `The system refused access to ${path} (${code}); check the path and the disk and try again.`,
        { cause },
      );
  }
}

function diskFull(path: string, cause: unknown): StoreError {
  return new StoreError(
    'disk-full',
    `The disk (or your quota on it) is full, so ${path} could not be written; free some space and try again: everything saved before is intact.`,
    { cause },
  );
}

function readOnly(path: string, cause: unknown): StoreError {
  return new StoreError(
    'read-only',
    `${path} cannot be opened for writing; check that the folder exists and that you may write to it, or choose another folder.`,
    { cause },
  );
}

function hasNoSpace(file: string): boolean {
  try {
    const disk = statfsSync(dirname(file));
    return disk.bavail * disk.bsize < ALMOST_NOTHING_BYTES || (disk.files > 0 && disk.ffree === 0);
  } catch {
    // The folder itself is out of reach, which is another failure than a full disk.
    return false;
  }
}
