import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { troubleOf } from './drive.ts';
import { IngestError } from './errors.ts';
import { hashFile } from './hash-file.ts';
import { lookOf } from './look.ts';
import { openAs } from './open-file.ts';
import { leastShrink } from './preparation.ts';
import { formatOf, readImageFile, readImageFileSync, recogniseImage } from './read-file.ts';
import type { RejectedEntry, Samples, ScanEntry, ScannedImage } from './scan-entry.ts';
import type { ImageInFile, OpenedFile, Plane, StoredValues } from './stored-image.ts';

/** Files up to this size are read once, whole: hashed and decoded from the same bytes. 8 MiB. */
const WHOLE_BYTES = 2 ** 23;

/** A file that was listed, and what is known of it. */
export interface ListedFile {
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Of its content when it was last read, under another time; null where it is to be read in any case. */
  readonly sha256: string | null;
}

/** What was found out about a file; `unreached` says nothing of it: it is not there, or its drive failed. */
export type Examined =
  | { readonly kind: 'entry'; readonly entry: ScanEntry }
  /** Its content is what it was. */
  | { readonly kind: 'same'; readonly relativePath: string }
  /** Its content alone was asked for. */
  | { readonly kind: 'content'; readonly relativePath: string; readonly sha256: string }
  | {
      readonly kind: 'unreached';
      readonly relativePath: string;
      readonly trouble: 'drive' | 'absent';
      readonly reason: string;
    };

/** What is to be found out: the images, volumes cut in a plane, or only the digest of the bytes. */
export type Purpose = { readonly kind: 'images'; readonly plane: Plane } | { readonly kind: 'content' };

/**
 * Reads a file to its end: decodes every image in it, since what is damaged must be known before a run of hours. What goes wrong is
 * what is found: nothing is thrown. Small files are read while nothing else happens: for processes that do nothing else.
 * @param onStep told before each of its images is decoded
 */
export async function examine(
  root: string,
  listed: ListedFile,
  purpose: Purpose,
  onStep: (next: ImageInFile) => void,
): Promise<Examined> {
  const { relativePath, sizeBytes, modifiedMs } = listed;
  const path = join(root, relativePath);
  let isInMemory = false;
  try {
    const small = sizeBytes <= WHOLE_BYTES ? readImageFileSync(path) : null;
    if (purpose.kind === 'content') {
      return { kind: 'content', relativePath, sha256: await hashFile(path, small) };
    }
    const format = small === null ? await recogniseImage(path) : formatOf(small, path);
    const whole = small ?? (format === 'dicom' ? await readImageFile(path) : null);
    isInMemory = whole !== null;
    const sha256 = await hashFile(path, whole);
    if (sha256 === listed.sha256) return { kind: 'same', relativePath };
    const file = await openAs(format, path, purpose.plane, whole);
    const { notes, acquisition } = file;
    const images = await decodeAll(file, onStep);
    const facts = { relativePath, sizeBytes, modifiedMs, sha256, format, notes, acquisition, images };
    return { kind: 'entry', entry: { status: 'readable', ...facts } };
  } catch (thrown) {
    // A decoder that reads from the drive itself takes a drive that fails for a damaged file.
    const cause = isInMemory ? thrown : ((await readingFailure(path)) ?? thrown);
    const trouble = troubleOf(cause);
    if (trouble === 'file') return { kind: 'entry', entry: rejected(thrown, listed, path) };
    return { kind: 'unreached', relativePath, trouble, reason: rejected(cause, listed, path).reason };
  }
}

async function decodeAll(file: OpenedFile, onStep: (next: ImageInFile) => void): Promise<ScannedImage[]> {
  const scanned: ScannedImage[] = [];
  const [first] = file.images;
  const isLarge = file.images.some(({ width, height }) => leastShrink(width, height) > 1);
  if (isLarge && first !== undefined) {
    onStep(first);
    // Averages leave out what is left over at the right and the bottom.
    await file.checkDecodes?.();
  }
  for (const image of file.images) {
    onStep(image);
    const { part, width, height } = image;
    const stored = await file.read(part, { shrink: leastShrink(width, height) });
    const { values, voi } = stored;
    scanned.push({ ...image, samples: samplesIn(values), windowed: voi !== null, look: lookOf(stored) });
  }
  return scanned;
}

function samplesIn(values: StoredValues): Samples {
  if (values instanceof Float32Array) return 'float';
  const signed = values instanceof Int8Array || values instanceof Int16Array || values instanceof Int32Array;
  return signed ? 'signed' : 'unsigned';
}

/** What the file system says to a reading of the file now; null where it gives bytes. */
async function readingFailure(path: string): Promise<unknown> {
  try {
    const file = await open(path, 'r');
    try {
      await file.read(new Uint8Array(1), 0, 1, 0);
      return null;
    } finally {
      await file.close();
    }
  } catch (thrown) {
    return thrown;
  }
}

function rejected(
  thrown: unknown,
  { relativePath, sizeBytes, modifiedMs }: ListedFile,
  path: string,
): RejectedEntry {
  const error = thrown instanceof IngestError ? thrown : unforeseen(thrown, path);
  const { status, lasts } = verdictOf(error);
  const stamp = lasts ? { sizeBytes, modifiedMs } : { sizeBytes: null, modifiedMs: null };
  return { status, relativePath, reason: error.message, ...stamp };
}

/** A mistake in a decoder must not keep the other files from being read. */
function unforeseen(thrown: unknown, path: string): IngestError {
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return new IngestError(
    'unreadable',
    path,
    `"${path}" could not be read because of a mistake in flowscreen (${name}); please report it with the file, if you may.`,
    { cause: thrown },
  );
}

/** @returns `lasts`: whether the same bytes would end the same way again */
function verdictOf({ kind }: IngestError): { status: 'skipped' | 'broken'; lasts: boolean } {
  switch (kind) {
    case 'not-an-image':
    case 'unsupported-format':
      return { status: 'skipped', lasts: true };
    case 'empty-file':
    case 'truncated':
    case 'too-large':
    case 'corrupt':
      return { status: 'broken', lasts: true };
    case 'unreadable':
    case 'not-found':
    case 'drive-lost':
      return { status: 'broken', lasts: false };
  }
}
