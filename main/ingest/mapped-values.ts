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
  const least = signed ? -size / 2 : 0;
  const most = least + size - 1;
  const at = (stored: number) => (stored < 0 ? stored + size : stored);
  const byteOf = byteFunction(meaning, curve);
  const [first, last] = bend(meaning, curve, least, most);
  for (let stored = first; stored <= last; stored++) table[at(stored)] = byteOf(stored);
  // Beyond the ramp's ends nothing changes: they are filled, not computed.
  fill(table, least, first - 1, first > least ? byteOf(least) : 0);
  fill(table, last + 1, most, last < most ? byteOf(most) : 0);
  const { padding } = meaning;
  if (padding !== null)
    fill(table, Math.max(least, Math.ceil(padding.low)), Math.min(most, Math.floor(padding.high)), 0);
  return table;
}

/** The stored values between which the curve may change, one more at each end. */
function bend({ slope, intercept }: Meaning, curve: Curve, least: number, most: number): [number, number] {
  if (curve.kind === 'function' || slope === 0) return [least, most];
  const ends = [(curve.low - intercept) / slope, (curve.high - intercept) / slope].sort((a, b) => a - b);
  const [from = least, to = most] = ends;
  return [
    Math.min(most, Math.max(least, Math.floor(from) - 1)),
    Math.max(least, Math.min(most, Math.ceil(to) + 1)),
  ];
}

/** Sets the entries of the stored values from `from` to `to`, both included; of a negative one the bits are in the upper half. */
function fill(table: Uint8Array, from: number, to: number, byte: number): void {
  if (to < from) return;
  if (from < 0) table.fill(byte, table.length + from, table.length + Math.min(to, -1) + 1);
  if (to >= 0) table.fill(byte, Math.max(from, 0), to + 1);
}

/** The same bits without a sign, so that the loops below see one type each, which is what makes them fast. */
function sameBits<T>(
  { buffer, byteOffset, length }: StoredValues,
  as: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => T,
): T {
  return new as(buffer, byteOffset, length);
}

/** Four at a time, as the processor reads them; the order of bytes in a word is the same on both sides. */
function throughTable(values: Uint8Array, table: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  const whole = values.byteOffset % 4 === 0 ? values.length >> 2 : 0;
  const fours = new Uint32Array(values.buffer, whole === 0 ? 0 : values.byteOffset, whole);
  const out = new Uint32Array(bytes.buffer, 0, whole);
  for (let i = 0; i < whole; i++) {
    const four = fours[i] ?? 0;
    out[i] =
      (table[four & 0xff] ?? 0) |
      ((table[(four >>> 8) & 0xff] ?? 0) << 8) |
      ((table[(four >>> 16) & 0xff] ?? 0) << 16) |
      ((table[four >>> 24] ?? 0) << 24);
  }
  for (let i = whole * 4; i < values.length; i++) bytes[i] = table[values[i] ?? 0] ?? 0;
  return bytes;
}

/** Two at a time, likewise. */
function wordsThroughTable(values: Uint16Array, table: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  const whole = values.byteOffset % 4 === 0 ? values.length >> 1 : 0;
  const twos = new Uint32Array(values.buffer, whole === 0 ? 0 : values.byteOffset, whole);
  const out = new Uint16Array(bytes.buffer, 0, whole);
  for (let i = 0; i < whole; i++) {
    const two = twos[i] ?? 0;
    out[i] = (table[two & 0xffff] ?? 0) | ((table[two >>> 16] ?? 0) << 8);
  }
  for (let i = whole * 2; i < values.length; i++) bytes[i] = table[values[i] ?? 0] ?? 0;
  return bytes;
}
