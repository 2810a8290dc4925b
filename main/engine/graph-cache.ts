import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ModelFile } from './native/model-file.ts';

/** Raised with every change of models/** that makes other graphs from the same settings: old entries are then not found. */
const COMPILER_VERSION = 1;

const MAGIC = Buffer.from('FLOWGRF1', 'latin1');
const DIGEST_BYTES = 32;
const HEADER_BYTES = MAGIC.length + DIGEST_BYTES;

const ENTRY = /^[0-9a-f]{64}\.graph$/;
const PARTIAL = /\.partial$/;
/** A partial file older than this was left by a process that died, in milliseconds. */
const ABANDONED_MS = 60 * 60 * 1000;

const DEFAULT_LIMIT = 2 * 1024 ** 3;

/** A key from the text of everything that a graph depends on: detector, settings, batch, size, target. */
export function graphKey(description: string): string {
  return createHash('sha256').update(`${COMPILER_VERSION} ${description}`).digest('hex');
}

/** Where the cache keeps the graph of that key, when it does. */
export function keptGraph(folder: string, key: string): ModelFile {
  return { path: join(folder, `${key}.graph`), offset: HEADER_BYTES };
}

export interface CacheSettings {
  /** Gets one sentence when the cache could not be used; the graph is returned all the same. */
  readonly report: (message: string) => void;
  /** Bytes that the folder may hold; what was not used for longest goes first. */
  readonly limitBytes?: number;
}

/**
 * The graph of that key, from the folder or else compiled and kept there. Entries are written whole or not at all, carry
 * their content's hash, and are compiled anew when they do not match it.
 * @param folder made when it is missing
 * @param key from {@link graphKey}
 */
export async function cachedGraph(
  folder: string,
  key: string,
  compile: () => Uint8Array<ArrayBuffer>,
  { report, limitBytes = DEFAULT_LIMIT }: CacheSettings,
): Promise<Uint8Array<ArrayBuffer>> {
  const { path: file } = keptGraph(folder, key);
  const problem = (what: string, error: unknown) =>
    report(
      `The cache of compiled models in "${folder}" could not be ${what} (${reasonOf(error)}), so that the next start takes ` +
        'longer; free some space there or give flowscreen permission to write.',
    );
  try {
    const kept = await readEntry(file);
    if (kept !== null) return kept;
  } catch (error) {
    problem('read', error);
  }
  const graph = compile();
  if (graph.byteLength + HEADER_BYTES > limitBytes) return graph;
  try {
    await writeEntry(folder, file, graph);
    await evict(folder, limitBytes, file);
  } catch (error) {
    problem('written', error);
  }
  return graph;
}

/** @returns null when there is no such entry or it is damaged */
async function readEntry(file: string): Promise<Uint8Array<ArrayBuffer> | null> {
  let entry;
  try {
    entry = await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  const digest = entry.subarray(MAGIC.length, HEADER_BYTES);
  const graph = entry.subarray(HEADER_BYTES);
  if (!entry.subarray(0, MAGIC.length).equals(MAGIC) || !digestOf(graph).equals(digest)) return null;
  const now = new Date();
  // The time of last use; the entry is as good without it, on a read-only disk for one.
  await utimes(file, now, now).catch(() => undefined);
  return graph;
}

async function writeEntry(folder: string, file: string, graph: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  const partial = join(folder, `${randomUUID()}.partial`);
  try {
    const handle = await open(partial, 'wx');
    try {
      await handle.writeFile(Buffer.concat([MAGIC, digestOf(graph)]));
      await handle.writeFile(graph);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

async function evict(folder: string, limitBytes: number, keep: string): Promise<void> {
  const entries: { path: string; bytes: number; usedAt: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!ENTRY.test(name) && !PARTIAL.test(name)) continue;
    const found = await stat(path).catch((error: unknown) => {
      // Another process may have removed it since.
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (found === null) continue;
    if (ENTRY.test(name)) entries.push({ path, bytes: found.size, usedAt: found.mtimeMs });
    else if (Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of entries.sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= limitBytes) return;
    if (path === keep) continue;
    await rm(path, { force: true });
    total -= bytes;
  }
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

const systemError = z.object({ code: z.string() });

function codeOf(error: unknown): string {
  const parsed = systemError.safeParse(error);
  return parsed.success ? parsed.data.code : '';
}

function reasonOf(error: unknown): string {
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
