import { type Curve, fractionAlong } from './curve.ts';
import type { StoredImage, StoredValues } from './stored-image.ts';

/** What of an image says what its values mean. */
type Meaning = Pick<StoredImage, 'slope' | 'intercept' | 'inverted' | 'padding'>;

/**
 * Every value as a byte: along the curve, inverted where small values are bright, rounded. Padding and values that are not
 * finite are black. Of types with few possible values each is mapped once.
 */
export function mapValues(values: StoredValues, meaning: Meaning, curve: Curve): Uint8Array {
  if (values instanceof Uint8Array || values instanceof Int8Array) {
    return throughTable(
      sameBits(values, Uint8Array),
      byteTable(2 ** 8, values instanceof Int8Array, meaning, curve),
    );
  }
  if (values instanceof Uint16Array || values instanceof Int16Array) {
    // Of fewer values the table takes longer to make than to do without.
    if (values.length >= (curve.kind === 'ramp' ? 2 ** 12 : 2 ** 16)) {
      const table = byteTable(2 ** 16, values instanceof Int16Array, meaning, curve);
      return wordsThroughTable(sameBits(values, Uint16Array), table);
    }
  }
  const byteOf = byteFunction(meaning, curve);
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = byteOf(values[i] ?? NaN);
  return bytes;
}

function byteFunction(meaning: Meaning, curve: Curve): (stored: number) => number {
  const { slope, intercept, inverted, padding } = meaning;
  const fraction = fractionAlong(curve);
  return (stored) => {
    if (!Number.isFinite(stored)) return 0;
    if (padding !== null && stored >= padding.low && stored <= padding.high) return 0;
    const x = Math.min(1, Math.max(0, fraction(slope * stored + intercept)));
    return Math.round((inverted ? 1 - x : x) * 255);
  };
}

/** Entry i is the byte for the value whose bits are those of i. */
function byteTable(size: number, signed: boolean, meaning: Meaning, curve: Curve): Uint8Array {
  const table = new Uint8Array(size);
  const half = signed ? size / 2 : size;
  if (curve.kind === 'function' || curve.high <= curve.low) {
    const byteOf = byteFunction(meaning, curve);
    for (let bits = 0; bits < size; bits++) table[bits] = byteOf(bits < half ? bits : bits - size);
    return table;
  }
  // The same in one straight loop: this is what windowing a CT spends its time in.
  const { slope, intercept, inverted, padding } = meaning;
  const { low, high } = curve;
  const span = high - low;
  for (let bits = 0; bits < size; bits++) {
    const stored = bits < half ? bits : bits - size;
    const x = (slope * stored + intercept - low) / span;
    const clipped = x < 0 ? 0 : x > 1 ? 1 : x;
    table[bits] = Math.floor((inverted ? 1 - clipped : clipped) * 255 + 0.5);
  }
  if (padding !== null) blacken(table, size, signed, padding);
  return table;
}

function blacken(
  table: Uint8Array,
  size: number,
  signed: boolean,
  padding: { low: number; high: number },
): void {
  const least = signed ? -size / 2 : 0;
  const first = Math.max(least, Math.ceil(padding.low));
  const last = Math.min(least + size - 1, Math.floor(padding.high));
  for (let stored = first; stored <= last; stored++) table[stored < 0 ? stored + size : stored] = 0;
}

/** The same bits without a sign, so that the loops below see one type each, which is what makes them fast. */
function sameBits<T>(
  { buffer, byteOffset, length }: StoredValues,
  as: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => T,
): T {
  return new as(buffer, byteOffset, length);
}

function throughTable(values: Uint8Array, table: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = table[values[i] ?? 0] ?? 0;
  return bytes;
}

function wordsThroughTable(values: Uint16Array, table: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = table[values[i] ?? 0] ?? 0;
  return bytes;
}
