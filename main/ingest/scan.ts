import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { decodeBytes } from './decode.ts';
import { IngestError } from './errors.ts';
import type { ImageFormat } from './image.ts';
import { orderedAhead } from './ordered-ahead.ts';
import { readImageFile } from './read-file.ts';
import { walk } from './walk.ts';
import type { Found } from './walk.ts';

export interface ReadableEntry {
  readonly status: 'readable';
  /** Relative to the scanned folder, with "/" on every system. */
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Hex digest of the file's bytes. */
  readonly sha256: string;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly bitDepth: 8 | 16;
  readonly label: string | null;
}

export type ScanEntry =
  | ReadableEntry
  | { readonly status: 'skipped'; readonly relativePath: string; readonly reason: string }
  | { readonly status: 'broken'; readonly relativePath: string; readonly reason: string };

export interface ScanOptions {
  /** Label each image with the name of the folder directly under the root that it lies in. */
  readonly labelsFromSubfolders: boolean;
}

/**
 * Lists a folder and its subfolders in a fixed order. Every file appears exactly once: readable (it was
 * decoded to the end), skipped (it is no image that can be read) or broken (it is one, but damaged).
 * @throws IngestError not-found, unreadable, when the root itself cannot be listed
 */
export async function* scanFolder(
  root: string,
  options: ScanOptions,
): AsyncGenerator<ScanEntry, void, undefined> {
  yield* orderedAhead(walk(root), availableParallelism() + 1, (found) => examine(root, found, options));
}

async function examine(root: string, found: Found, options: ScanOptions): Promise<ScanEntry> {
  const { relativePath } = found;
  if (found.kind !== 'file') return { status: found.kind, relativePath, reason: found.reason };
  const path = join(root, relativePath);
  try {
    const { bytes, format, modifiedMs } = await readImageFile(path);
    const { width, height, channels, bitDepth } = await decodeBytes(bytes, format, path);
    return {
      status: 'readable',
      relativePath,
      sizeBytes: bytes.byteLength,
      modifiedMs,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      format,
      width,
      height,
      channels,
      bitDepth,
      label: options.labelsFromSubfolders ? firstFolder(relativePath) : null,
    };
  } catch (thrown) {
    if (!(thrown instanceof IngestError)) throw thrown;
    return { status: statusOf(thrown), relativePath, reason: thrown.message };
  }
}

function statusOf({ kind }: IngestError): 'skipped' | 'broken' {
  switch (kind) {
    case 'not-an-image':
    case 'unsupported-format':
      return 'skipped';
    case 'empty-file':
    case 'truncated':
    case 'too-large':
    case 'unreadable':
    case 'not-found':
    case 'corrupt':
      return 'broken';
  }
}

function firstFolder(relativePath: string): string | null {
  const end = relativePath.indexOf('/');
  return end < 0 ? null : relativePath.slice(0, end);
}
