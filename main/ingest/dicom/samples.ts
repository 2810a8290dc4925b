import type { StoredValues } from '../stored-image.ts';

/** Which bits of a word are the sample (PS3.5 8.1.1); the others may hold overlays. */
export interface SampleBits {
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
}

/**
 * The samples in whole little-endian words of `bitsAllocated` 8, 16, 32 or 64 bits. Words of 64 bits become floats, in which
 * whole numbers above 2^24 are rounded.
 * @param own count * bitsAllocated / 8 bytes, an array of their own that becomes that of the samples
 */
export function samplesOfWords(
  own: Uint8Array<ArrayBuffer>,
  bitsAllocated: 8 | 16 | 32 | 64,
  bits: SampleBits,
): StoredValues {
  switch (bitsAllocated) {
    case 8:
      return cleaned(bits.signed ? new Int8Array(own.buffer) : own, bits);
    case 16:
      return cleaned(bits.signed ? new Int16Array(own.buffer) : new Uint16Array(own.buffer), bits);
    case 32:
      return cleaned(bits.signed ? new Int32Array(own.buffer) : new Uint32Array(own.buffer), bits);
    case 64:
      return Float32Array.from(
        bits.signed ? new BigInt64Array(own.buffer) : new BigUint64Array(own.buffer),
        Number,
      );
  }
}

/** Keeps the bits of the sample alone and extends its sign, in place. */
export function cleaned<Values extends StoredValues>(values: Values, bits: SampleBits): Values {
  const { bitsStored, highBit, signed } = bits;
  if (bitsStored === 8 * values.BYTES_PER_ELEMENT) return values;
  const up = 31 - highBit;
  const down = 32 - bitsStored;
  if (signed) {
    for (let i = 0; i < values.length; i++) values[i] = ((values[i] ?? 0) << up) >> down;
  } else if (highBit === bitsStored - 1 && values.byteOffset % 4 === 0) {
    maskWords(values, 2 ** bitsStored - 1);
  } else {
    for (let i = 0; i < values.length; i++) values[i] = ((values[i] ?? 0) << up) >>> down;
  }
  return values;
}

/** Masks as many samples at once as a word of 32 bits holds. */
function maskWords(values: StoredValues, mask: number): void {
  const samples = 4 / values.BYTES_PER_ELEMENT;
  const words = new Uint32Array(values.buffer, values.byteOffset, Math.floor(values.length / samples));
  let wordMask = 0;
  for (let i = 0; i < samples; i++) wordMask |= mask << (i * 8 * values.BYTES_PER_ELEMENT);
  for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) & wordMask;
  for (let i = words.length * samples; i < values.length; i++) values[i] = (values[i] ?? 0) & mask;
}

/**
 * `count` samples of `bits` bits each, packed without gaps, the least significant bit first (PS3.5 8.1.1, annex D): single
 * bits of segmentations, and 12 bits of the first days.
 */
export function packedSamples(
  bytes: Uint8Array,
  firstBit: number,
  count: number,
  bits: number,
): Uint8Array | Uint16Array {
  const values = bits <= 8 ? new Uint8Array(count) : new Uint16Array(count);
  const mask = 2 ** bits - 1;
  for (let i = 0; i < count; i++) {
    const bit = firstBit + i * bits;
    const at = Math.floor(bit / 8);
    // Any sample of at most 16 bits lies within three bytes.
    const window = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    values[i] = (window >>> (bit % 8)) & mask;
  }
  return values;
}

/** Turns groups of `size` bytes around, into an array of their own; a group that is cut off at the end stays. */
export function swapped(bytes: Uint8Array, size: 2 | 4 | 8): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes);
  const whole = result.subarray(0, result.byteLength - (result.byteLength % size));
  const buffer = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength);
  switch (size) {
    case 2:
      buffer.swap16();
      break;
    case 4:
      buffer.swap32();
      break;
    case 8:
      buffer.swap64();
      break;
  }
  return result;
}
