import { join } from 'node:path';
import { fileStamp } from '../ingest/file-stamp.ts';
import { hashFile } from '../ingest/hash-file.ts';
import { orderedAhead } from '../ingest/ordered-ahead.ts';
import type { Part } from '../ingest/stored-image.ts';

/** What the last scan knew of a file. */
export interface KnownFile extends Part {
  /** Below the dataset's root, with forward slashes. */
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly sha256: string;
}

/** `missing`: not there, or not to be read at all. */
export type FileState = 'same' | 'changed' | 'missing';

const AT_ONCE = 16;

/** Compares files with what the last scan found; only a file whose time or size differs is read. In their order. */
export async function* fileStates<T extends KnownFile>(
  root: string,
  files: Iterable<T>,
): AsyncGenerator<{ file: T; state: FileState }, void, undefined> {
  yield* orderedAhead(files, AT_ONCE, async (file) => ({ file, state: await stateOf(root, file) }));
}

async function stateOf(root: string, known: KnownFile): Promise<FileState> {
  const path = join(root, known.relativePath);
  try {
    const { sizeBytes, modifiedMs } = await fileStamp(path);
    if (sizeBytes !== known.sizeBytes) return 'changed';
    if (modifiedMs === known.modifiedMs) return 'same';
    // Copied or restored files keep their content under another time.
    return (await hashFile(path)) === known.sha256 ? 'same' : 'changed';
  } catch {
    // Whoever decodes it will say what is wrong with it.
    return 'missing';
  }
}
