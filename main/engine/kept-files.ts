/** Files of a cache: written whole or not at all, the least recently used removed first. Several processes may share the folder. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const PARTIAL = /\.partial$/;
/** A partial file older than this was left by a process that died, in milliseconds. */
const ABANDONED_MS = 60 * 60 * 1000;

/** Its folder is made. @param parts one after the other */
export async function writeWhole(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const partial = join(folder, `${randomUUID()}.partial`);
  try {
    const handle = await open(partial, 'wx');
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

/**
 * Removes the files of the folder that were used longest ago, until the others hold no more than `limitBytes`.
 * @param entry names of files that may go @param keep a file that may not
 * @returns the bytes that are left
 */
export async function removeOldest(
  folder: string,
  entry: RegExp,
  limitBytes: number,
  keep: string,
): Promise<number> {
  const entries: { path: string; bytes: number; usedAt: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!entry.test(name) && !PARTIAL.test(name)) continue;
    const found = await stat(path).catch((error: unknown) => {
      // Another process may have removed it since.
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (found === null) continue;
    if (entry.test(name)) entries.push({ path, bytes: found.size, usedAt: found.mtimeMs });
    else if (Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of entries.sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= limitBytes) break;
    if (path === keep) continue;
    await rm(path, { force: true });
    total -= bytes;
  }
  return total;
}

const systemError = z.object({ code: z.string() });

export function codeOf(error: unknown): string {
  const parsed = systemError.safeParse(error);
  return parsed.success ? parsed.data.code : '';
}

/** As part of a sentence. */
export function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOSPC':
      return 'the disk is full';
    case 'EACCES':
    case 'EPERM':
      return 'no permission';
    case 'EROFS':
      return 'the disk is read-only';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
