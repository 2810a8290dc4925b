/**
 * Features of some images in one file, which never changes once it is written: what tells images apart, and for each its numbers with
 * a digest of their own.
 *
 * `FLOWFEA1`, count, numbers an image (32 bits each, little-endian), the keys (32 bytes each), SHA-256 of all before; then for each
 * image SHA-256 of its key and numbers, and the numbers (float32, little-endian).
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

const MAGIC = Buffer.from('FLOWFEA1', 'latin1');
const DIGEST_BYTES = 32;
const KEY_BYTES = 32;
const FIXED_BYTES = MAGIC.length + 8;
/** More are written to several files. */
export const MOST_ENTRIES = 4096;

export interface Entry {
  /** SHA-256 in hexadecimal. */
  readonly key: string;
  readonly numbers: Float32Array<ArrayBuffer>;
}

/** @param entries of the same length each, at most {@link MOST_ENTRIES} */
export function segmentBytes(entries: readonly Entry[]): Uint8Array[] {
  const length = entries[0]?.numbers.length ?? 0;
  const counts = Buffer.alloc(8);
  counts.writeUInt32LE(entries.length, 0);
  counts.writeUInt32LE(length, 4);
  const head = Buffer.concat([MAGIC, counts, ...entries.map(({ key }) => Buffer.from(key, 'hex'))]);
  return [
    head,
    digestOf(head),
    ...entries.flatMap(({ key, numbers }) => {
      const bytes = bytesOf(numbers);
      return [digestOf(Buffer.from(key, 'hex'), bytes), bytes];
    }),
  ];
}

/** The keys of a file in their order; null where it is damaged or holds other numbers. */
export async function segmentKeys(path: string, length: number): Promise<string[] | null> {
  const file = await open(path, 'r');
  try {
    const fixed = await read(file, 0, FIXED_BYTES);
    if (fixed === null || !fixed.subarray(0, MAGIC.length).equals(MAGIC)) return null;
    const count = fixed.readUInt32LE(MAGIC.length);
    if (count > MOST_ENTRIES || fixed.readUInt32LE(MAGIC.length + 4) !== length) return null;
    const head = await read(file, 0, FIXED_BYTES + count * KEY_BYTES + DIGEST_BYTES);
    if (head === null) return null;
    const signed = head.subarray(0, -DIGEST_BYTES);
    if (!digestOf(signed).equals(head.subarray(-DIGEST_BYTES))) return null;
    return Array.from({ length: count }, (_, at) => {
      const from = FIXED_BYTES + at * KEY_BYTES;
      return head.toString('hex', from, from + KEY_BYTES);
    });
  } finally {
    await file.close();
  }
}

/** Those entries of a file that are undamaged, by key. @param wanted keys and their places in the file of `count` entries */
export async function readEntries(
  path: string,
  count: number,
  length: number,
  wanted: readonly { readonly key: string; readonly place: number }[],
): Promise<Map<string, Float32Array<ArrayBuffer>>> {
  const found = new Map<string, Float32Array<ArrayBuffer>>();
  const file = await open(path, 'r');
  try {
    const start = FIXED_BYTES + count * KEY_BYTES + DIGEST_BYTES;
    const size = DIGEST_BYTES + length * 4;
    for (const { key, place } of wanted) {
      const entry = await read(file, start + place * size, size);
      if (entry === null) continue;
      const bytes = entry.subarray(DIGEST_BYTES);
      if (!digestOf(Buffer.from(key, 'hex'), bytes).equals(entry.subarray(0, DIGEST_BYTES))) continue;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      found.set(
        key,
        Float32Array.from({ length }, (_, at) => view.getFloat32(at * 4, true)),
      );
    }
  } finally {
    await file.close();
  }
  return found;
}

/** Null where the file ends before. */
async function read(file: FileHandle, position: number, length: number): Promise<Buffer | null> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return bytesRead === length ? buffer : null;
}

function bytesOf(numbers: Float32Array): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  numbers.forEach((value, at) => bytes.writeFloatLE(value, at * 4));
  return bytes;
}

function digestOf(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
