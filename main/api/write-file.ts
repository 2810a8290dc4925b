import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ServiceError } from './service-error.ts';

/** Writes a file whole or not at all, over one of that name; its folder is made. @throws ServiceError 'write-failed' */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  const partial = join(folder, `.${basename(path)}.${randomUUID()}.partial`);
  try {
    await mkdir(folder, { recursive: true });
    try {
      await writeFile(partial, content);
      await rename(partial, path);
    } finally {
      await rm(partial, { force: true });
    }
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ServiceError(
      'write-failed',
      `"${path}" could not be written (${reason(cause)}); free space there or choose another place.`,
      { cause: error },
    );
  }
}

function reason(code: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EACCES':
    case 'EPERM':
      return 'no permission';
    case 'EROFS':
      return 'the disk is read-only';
    case 'EISDIR':
      return 'it is a folder';
    default:
      return code;
  }
}
