import type { StoredValues } from './stored-image.ts';

/** Stands for a value that was not mapped yet; no grey is larger than a byte. */
const UNKNOWN = 0xffff;

/**
 * Maps every value to a byte. Of types with few possible values each is mapped once: whole for bytes, as they occur for words.
 * @param byteOf 0..255
 */
export function mapValues(values: StoredValues, byteOf: (stored: number) => number): Uint8Array {
  if (values instanceof Uint8Array) return mapBytes(values, byteOf);
  if (values instanceof Int8Array)
    return mapBytes(unsigned(values, Uint8Array), (v) => byteOf((v << 24) >> 24));
  if (values instanceof Uint16Array) return mapWords(values, byteOf);
  if (values instanceof Int16Array)
    return mapWords(unsigned(values, Uint16Array), (v) => byteOf((v << 16) >> 16));
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = byteOf(values[i] ?? NaN);
  return bytes;
}

/** The same bits, so that the loops below see one type each, which is what makes them fast. */
function unsigned<T>(
  { buffer, byteOffset, length }: StoredValues,
  as: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => T,
): T {
  return new as(buffer, byteOffset, length);
}

function mapBytes(values: Uint8Array, byteOf: (stored: number) => number): Uint8Array {
  const table = Uint8Array.from({ length: 2 ** 8 }, (_, value) => byteOf(value));
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = table[values[i] ?? 0] ?? 0;
  return bytes;
}

function mapWords(words: Uint16Array, byteOf: (stored: number) => number): Uint8Array {
  const table = new Uint16Array(2 ** 16).fill(UNKNOWN);
  const bytes = new Uint8Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0;
    let byte = table[word] ?? 0;
    if (byte === UNKNOWN) {
      byte = byteOf(word);
      table[word] = byte;
    }
    bytes[i] = byte;
  }
  return bytes;
}
