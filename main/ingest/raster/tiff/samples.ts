import { unsupported } from '../../problems.ts';
import type { StoredValues } from '../../stored-image.ts';
import { allocate, samplesOf } from '../sample-kind.ts';
import type { SampleKind } from '../sample-kind.ts';
import type { TiffLayout } from './layout.ts';

/** The type that holds the samples of a page without loss, but for 64 bits. @throws IngestError unsupported-format */
export function sampleKind({ bits, numbers }: TiffLayout, path: string): SampleKind {
  switch (numbers) {
    case 'unsigned':
      if (bits >= 1 && bits <= 8) return 'uint8';
      if (bits > 8 && bits <= 16) return 'uint16';
      if (bits > 16 && bits <= 32) return 'uint32';
      if (bits === 64) return 'float32';
      break;
    case 'signed':
      if (bits === 8) return 'int8';
      if (bits === 16) return 'int16';
      if (bits === 32) return 'int32';
      if (bits === 64) return 'float32';
      break;
    case 'float':
      if (bits === 16 || bits === 32 || bits === 64) return 'float32';
      break;
  }
  throw unsupported(path, `holds ${numbers} samples of ${String(bits)} bits`);
}

/**
 * The samples of an unpacked block: predictor undone, in the machine's byte order, [rows, pixels * samples].
 * @param across samples in a row of the block
 * @param step samples of a pixel that the block holds
 * @throws IngestError unsupported-format
 */
export function readSamples(
  bytes: Uint8Array<ArrayBuffer>,
  layout: TiffLayout,
  across: number,
  step: number,
  path: string,
): StoredValues {
  const { bits, predictor, order } = layout;
  const kind = sampleKind(layout, path);
  if (![8, 16, 32, 64].includes(bits)) {
    if (predictor !== 1) throw unsupported(path, `predicts samples of ${String(bits)} bits`);
    return unpackBits(bytes, bits, across, kind);
  }
  const size = bits / 8;
  switch (predictor) {
    case 1:
      toMachineOrder(bytes, size, order.littleEndian);
      break;
    case 2:
      toMachineOrder(bytes, size, order.littleEndian);
      addUp(bytes, size, across, step);
      break;
    case 3:
      joinFloats(bytes, size, across, step);
      toMachineOrder(bytes, size, false);
      break;
    default:
      throw unsupported(path, `uses predictor ${String(predictor)}`);
  }
  return typed(bytes, layout, kind);
}

function typed(
  bytes: Uint8Array<ArrayBuffer>,
  { bits, numbers }: TiffLayout,
  kind: SampleKind,
): StoredValues {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
  const { buffer, byteOffset, byteLength } = aligned;
  if (bits === 64) {
    const length = byteLength / 8;
    if (numbers === 'float') return Float32Array.from(new Float64Array(buffer, byteOffset, length));
    return numbers === 'signed'
      ? Float32Array.from(new BigInt64Array(buffer, byteOffset, length), Number)
      : Float32Array.from(new BigUint64Array(buffer, byteOffset, length), Number);
  }
  if (bits === 16 && numbers === 'float') {
    return Float32Array.from(new Uint16Array(buffer, byteOffset, byteLength / 2), halfToNumber);
  }
  return samplesOf(kind, aligned);
}

/** IEEE 754 binary16. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Samples of any bits, the highest bit first; each row begins with a byte of its own. */
function unpackBits(bytes: Uint8Array, bits: number, across: number, kind: SampleKind): StoredValues {
  const stride = Math.ceil((across * bits) / 8);
  const rows = Math.floor(bytes.length / stride);
  const values = allocate(kind, rows * across);
  for (let y = 0; y < rows; y++) {
    let at = y * stride;
    let buffered = 0;
    let held = 0;
    for (let x = 0; x < across; x++) {
      // In numbers, not in 32-bit words: 31 bits and a byte do not fit into one.
      while (held < bits) {
        buffered = buffered * 256 + (bytes[at++] ?? 0);
        held += 8;
      }
      held -= bits;
      const value = Math.floor(buffered / 2 ** held);
      buffered -= value * 2 ** held;
      values[y * across + x] = value;
    }
  }
  return values;
}

const MACHINE_IS_LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function toMachineOrder(bytes: Uint8Array<ArrayBuffer>, size: number, littleEndian: boolean): void {
  if (size === 1 || littleEndian === MACHINE_IS_LITTLE) return;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else buffer.swap64();
}

/** Predictor 2 (TIFF 6.0 section 14): each sample is the difference to the one left of it, whatever overflows. */
function addUp(bytes: Uint8Array<ArrayBuffer>, size: number, across: number, step: number): void {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
  if (size === 8) {
    const words = new BigUint64Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 8);
    for (let row = 0; row < words.length; row += across) {
      for (let i = row + step; i < row + across; i++) words[i] = (words[i] ?? 0n) + (words[i - step] ?? 0n);
    }
  } else {
    const words = samplesOf(size === 1 ? 'uint8' : size === 2 ? 'uint16' : 'uint32', aligned);
    for (let row = 0; row < words.length; row += across) {
      for (let i = row + step; i < row + across; i++) words[i] = (words[i] ?? 0) + (words[i - step] ?? 0);
    }
  }
  if (aligned !== bytes) bytes.set(aligned);
}

/** Predictor 3 (TIFF Technical Note 3): rows of all highest bytes, then all next ones, …, as differences of bytes. */
function joinFloats(bytes: Uint8Array, size: number, across: number, step: number): void {
  const stride = across * size;
  const row = new Uint8Array(stride);
  for (let start = 0; start < bytes.length; start += stride) {
    row.set(bytes.subarray(start, start + stride));
    for (let i = step; i < stride; i++) row[i] = (row[i] ?? 0) + (row[i - step] ?? 0);
    for (let x = 0; x < across; x++) {
      for (let b = 0; b < size; b++) bytes[start + x * size + b] = row[b * across + x] ?? 0;
    }
  }
}
