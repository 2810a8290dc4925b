/**
 * The file that leads from the pseudonyms of a dataset back to its folder and files. It lies beside the database, not in it, and may be
 * taken away. Lines of JSON: first the folder and the key, then a pair of pseudonym and relative path for each file.
 */
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ServiceError } from '../service-error.ts';

const FOLDER = 'pseudonyms';
const KEY_BYTES = 32;
const ID_BYTES = 8;
/** Nobody else on the machine may read it. */
const MODE = 0o600;

const headLine = z.object({
  format: z.literal('flowscreen pseudonyms'),
  version: z.literal(1),
  root: z.string().min(1),
  key: z.string().regex(/^[0-9a-f]{64}$/),
});
const pairLine = z.tuple([z.string().min(1), z.string().min(1)]);

export interface KeyFile {
  readonly id: string;
  /** The dataset's folder, absolute. */
  readonly root: string;
  readonly key: Buffer;
  /** Relative paths by their pseudonyms. */
  readonly paths: ReadonlyMap<string, string>;
}

/** Where it lies. @param id as the dataset's record names it */
export function keyFilePath(home: string, id: string): string {
  return join(home, FOLDER, `${id}.jsonl`);
}

/** What the file of a new dataset holds. */
export function newKeyFile(root: string): KeyFile {
  return {
    id: randomBytes(ID_BYTES).toString('hex'),
    root,
    key: randomBytes(KEY_BYTES),
    paths: new Map(),
  };
}

/** Writes the file whole or not at all. @throws ServiceError 'write-failed' */
export function writeKeyFile(home: string, { id, root, key, paths }: KeyFile): void {
  const path = keyFilePath(home, id);
  const head = { format: 'flowscreen pseudonyms', version: 1, root, key: key.toString('hex') };
  saving(path, () => {
    mkdirSync(join(home, FOLDER), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.partial`, linesOf([head, ...paths]), { mode: MODE, flush: true });
    renameSync(`${path}.partial`, path);
  });
}

/** Adds pairs at the end. @throws ServiceError 'write-failed' */
export function addToKeyFile(home: string, id: string, pairs: readonly (readonly [string, string])[]): void {
  if (pairs.length === 0) return;
  const path = keyFilePath(home, id);
  saving(path, () => {
    // Never made anew: one that was taken away meanwhile must not come back without its key.
    const file = openSync(path, constants.O_WRONLY | constants.O_APPEND);
    try {
      appendFileSync(file, linesOf(pairs), { flush: true });
    } finally {
      closeSync(file);
    }
  });
}

const read = new Map<string, { readonly stamp: string; readonly file: KeyFile }>();

/** @throws ServiceError 'key-missing' where it is not there, or cannot be read to its end */
export function readKeyFile(
  home: string,
  { id, name }: { readonly id: string; readonly name: string },
): KeyFile {
  const path = keyFilePath(home, id);
  try {
    const { size, mtimeMs, ino } = statSync(path);
    const stamp = `${size} ${mtimeMs} ${ino}`;
    const known = read.get(path);
    if (known?.stamp === stamp) return known.file;
    const file = parse(id, readFileSync(path, 'utf8'));
    read.set(path, { stamp, file });
    return file;
  } catch (error) {
    // What was read must not outlive the file.
    read.delete(path);
    throw new ServiceError(
      'key-missing',
      `The files of "${name}" are known by pseudonyms alone, and the file that leads back to them, "${path}", is missing or damaged; put it back there to look at images.`,
      { cause: error },
    );
  }
}

function parse(id: string, text: string): KeyFile {
  // A line that was cut off while it was written is that of a file which no record names yet.
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .trimEnd()
    .split('\n');
  const [first = '', ...others] = lines;
  const { root, key } = headLine.parse(JSON.parse(first));
  return {
    id,
    root,
    key: Buffer.from(key, 'hex'),
    paths: new Map(others.map((line) => pairLine.parse(JSON.parse(line)))),
  };
}

function linesOf(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

function saving(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new ServiceError(
      'write-failed',
      `"${path}" could not be written, and without it no pseudonym leads back to its file; free space there or allow writing.`,
      { cause: error },
    );
  }
}
