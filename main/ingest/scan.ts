import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { IngestError, fileSystemError } from './errors.ts';
import type { ImageFormat } from './image.ts';
import { hashFile } from './hash-file.ts';
import { openFile } from './open-file.ts';
import { orderedAhead } from './ordered-ahead.ts';
import { leastShrink } from './preparation.ts';
import type { Acquisition, ImageInFile, OpenedFile, Plane, StoredValues } from './stored-image.ts';
import { walk } from './walk.ts';
import type { Found } from './walk.ts';

/** What an image's stored values are; floats also where integers are too wide for 32 bits. */
export type Samples = 'unsigned' | 'signed' | 'float';

/** An image and what its pixels have shown when they were read. */
export interface ScannedImage extends ImageInFile {
  readonly samples: Samples;
  /** Whether the file says how to show it: a window or a VOI LUT. */
  readonly windowed: boolean;
}

export interface ReadableEntry {
  readonly status: 'readable';
  /** Relative to the scanned folder, with "/" on every system. */
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Hex digest of the file's bytes. */
  readonly sha256: string;
  readonly format: ImageFormat;
  readonly label: string | null;
  /** In the order in which people leaf through them. */
  readonly images: readonly ScannedImage[];
  /** What people should know of the file, each a sentence. */
  readonly notes: readonly string[];
  readonly acquisition: Acquisition | null;
}

export type ScanEntry =
  | ReadableEntry
  | { readonly status: 'skipped'; readonly relativePath: string; readonly reason: string }
  | { readonly status: 'broken'; readonly relativePath: string; readonly reason: string };

export interface ScanOptions {
  /** Label each image with the name of the folder directly under the root that it lies in. */
  readonly labelsFromSubfolders: boolean;
  /** In which volumes are cut. */
  readonly plane: Plane;
}

/**
 * Lists a folder and its subfolders in a fixed order. Every file appears exactly once: readable (every image in it was
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
    const { size, mtimeMs } = await statOf(path);
    const file = await openFile(path, options.plane);
    return {
      status: 'readable',
      relativePath,
      sizeBytes: size,
      modifiedMs: mtimeMs,
      sha256: await hashFile(path),
      format: file.format,
      label: options.labelsFromSubfolders ? firstFolder(relativePath) : null,
      images: await decodeAll(file),
      notes: file.notes,
      acquisition: file.acquisition,
    };
  } catch (thrown) {
    if (!(thrown instanceof IngestError)) throw thrown;
    return { status: statusOf(thrown), relativePath, reason: thrown.message };
  }
}

/** What is damaged must be known before a run of hours. */
async function decodeAll(file: OpenedFile): Promise<ScannedImage[]> {
  const scanned: ScannedImage[] = [];
  for (const image of file.images) {
    const { part, width, height } = image;
    const { values, voi } = await file.read(part, { shrink: leastShrink(width, height) });
    scanned.push({ ...image, samples: samplesIn(values), windowed: voi !== null });
  }
  return scanned;
}

function samplesIn(values: StoredValues): Samples {
  if (values instanceof Float32Array) return 'float';
  const signed = values instanceof Int8Array || values instanceof Int16Array || values instanceof Int32Array;
  return signed ? 'signed' : 'unsigned';
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (thrown) {
    throw fileSystemError(thrown, path);
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
