import { createHash } from 'node:crypto';
import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, reasonOf, removeOldest, writeWhole } from './kept-files.ts';
import type { ModelFile } from './native/model-file.ts';

/** Raised with every change of models/** that makes other graphs from the same settings: old entries are then not found. */
const COMPILER_VERSION = 1;

const MAGIC = Buffer.from('FLOWGRF1', 'latin1');
const DIGEST_BYTES = 32;
const HEADER_BYTES = MAGIC.length + DIGEST_BYTES;

const ENTRY = /^[0-9a-f]{64}\.graph$/;
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
    await writeWhole(file, [MAGIC, digestOf(graph), graph]);
    await removeOldest(folder, ENTRY, limitBytes, file);
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

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
