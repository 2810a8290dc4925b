import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { StoreError } from './store-error.ts';
import { translatingFiles } from './translate-error.ts';

/** Bytes hashed and written or read at a time. */
const CHUNK_BYTES = 16 * 1024 * 1024;

/** A file younger than this may belong to a process that has not yet recorded its reference, in milliseconds. */
const GRACE_MS = 5 * 60 * 1000;

const WEIGHTS_FILE = /^([0-9a-f]{64})\.bin$/;
const PARTIAL_FILE = /\.partial$/;

/** Weights and checkpoints as files named by the SHA-256 of their content, so that what is there is whole and never changes. */
export class WeightStore {
  readonly #folder: string;

  /** @param folder absolute; created at the first save */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where the weights of that hash are, or would be. */
  path(hash: string): string {
    return join(this.#folder, `${hash}.bin`);
  }

  /**
   * Saves one file, given whole or in chunks that are written as they come and never copied together. When it
   * returns, the file survives a power cut; when it throws, no part of it is left.
   * @returns its hash
   * @throws StoreError 'disk-full' | 'read-only' | 'io'
   */
  save(bytes: Uint8Array | Iterable<Uint8Array>): string {
    const partial = join(this.#folder, `${randomUUID()}.partial`);
    return translatingFiles(this.#folder, () => {
      makeFolder(this.#folder);
      try {
        const hash = writeHashed(partial, bytes instanceof Uint8Array ? [bytes] : bytes);
        // Also over a file of that name: it may have been damaged since.
        renameSync(partial, this.path(hash));
        syncFolder(this.#folder);
        return hash;
      } finally {
        rmSync(partial, { force: true });
      }
    });
  }

  /**
   * Reads one file into memory of its own (offset 0, so that any typed array can view it and it can be transferred).
   * @throws StoreError 'missing-weights' | 'corrupt-weights' | 'io'
   */
  load(hash: string): Uint8Array<ArrayBuffer> {
    const path = this.path(hash);
    const { bytes, found } = translatingFiles(path, () => readHashed(path)) ?? this.#refuseMissing(hash);
    if (found === hash) return bytes;
    throw new StoreError(
      'corrupt-weights',
      `The weights ${path} are damaged (their content does not match their name); restore this file from a backup or fit the model again.`,
    );
  }

  /**
   * Deletes the files whose hash is not given, and what killed processes left half written. Files of the last
   * `graceMs` milliseconds stay: another process may be about to record its reference.
   * @returns the hashes of the deleted files
   */
  removeUnreferenced(hashes: Iterable<string>, graceMs: number = GRACE_MS): string[] {
    const keep = new Set(hashes);
    const removed: string[] = [];
    translatingFiles(this.#folder, () => {
      makeFolder(this.#folder);
      for (const name of readdirSync(this.#folder)) {
        const hash = WEIGHTS_FILE.exec(name)?.[1];
        if (hash === undefined ? !PARTIAL_FILE.test(name) : keep.has(hash)) continue;
        const path = join(this.#folder, name);
        const found = statSync(path, { throwIfNoEntry: false });
        if (found === undefined || Date.now() - found.mtimeMs < graceMs) continue;
        rmSync(path, { force: true });
        if (hash !== undefined) removed.push(hash);
      }
    });
    return removed;
  }

  #refuseMissing(hash: string): never {
    throw new StoreError(
      'missing-weights',
      `The weights ${this.path(hash)} are missing; restore this file from a backup or fit the model again.`,
    );
  }
}

function writeHashed(path: string, chunks: Iterable<Uint8Array>): string {
  const digest = createHash('sha256');
  const descriptor = openSync(path, 'wx');
  try {
    for (const chunk of chunks) {
      for (let start = 0; start < chunk.byteLength;) {
        const end = Math.min(start + CHUNK_BYTES, chunk.byteLength);
        // A disk that is nearly full takes less than it is offered before it refuses.
        const written = writeSync(descriptor, chunk, start, end - start);
        digest.update(chunk.subarray(start, start + written));
        start += written;
      }
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return digest.digest('hex');
}

function readHashed(path: string): { bytes: Uint8Array<ArrayBuffer>; found: string } | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const digest = createHash('sha256');
  const descriptor = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(fstatSync(descriptor).size);
    for (let start = 0; start < bytes.byteLength;) {
      const length = Math.min(CHUNK_BYTES, bytes.byteLength - start);
      const read = readSync(descriptor, bytes, start, length, start);
      // Cut short while being read: the hash will not match.
      if (read === 0) break;
      digest.update(bytes.subarray(start, start + read));
      start += read;
    }
    return { bytes, found: digest.digest('hex') };
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a rename itself survive a power cut. Windows cannot open folders, and its file system journals renames. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
