import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '../service-error.ts';

const BYTES = 32;

/**
 * The secret that patients' numbers are hashed with, made at the first call. It lies beside the database, not in it: numbers
 * are short enough to be guessed by whoever has both.
 * @throws ServiceError 'write-failed'
 */
export function groupSalt(home: string): Buffer {
  const path = join(home, 'group-salt');
  try {
    writeFileSync(path, randomBytes(BYTES), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!exists) {
      throw new ServiceError(
        'write-failed',
        `"${path}" could not be written, so that images cannot be grouped by patient; free space there or allow writing.`,
        { cause: error },
      );
    }
  }
  return readFileSync(path);
}
