import type { StoredValues } from '../stored-image.ts';

/** The type of samples in memory. */
export type SampleKind = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32';

export const BYTES_PER_SAMPLE: Readonly<Record<SampleKind, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
};

export function allocate(kind: SampleKind, length: number): StoredValues {
  return viewSamples(kind, new ArrayBuffer(length * BYTES_PER_SAMPLE[kind]), 0, length);
}

/** Samples in the machine's byte order, without copying where they are aligned. */
export function samplesOf(kind: SampleKind, bytes: Uint8Array): StoredValues {
  const size = BYTES_PER_SAMPLE[kind];
  const aligned = bytes.byteOffset % size === 0 ? bytes : Uint8Array.from(bytes);
  return viewSamples(kind, aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / size));
}

function viewSamples(
  kind: SampleKind,
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
): StoredValues {
  switch (kind) {
    case 'uint8':
      return new Uint8Array(buffer, offset, length);
    case 'int8':
      return new Int8Array(buffer, offset, length);
    case 'uint16':
      return new Uint16Array(buffer, offset, length);
    case 'int16':
      return new Int16Array(buffer, offset, length);
    case 'uint32':
      return new Uint32Array(buffer, offset, length);
    case 'int32':
      return new Int32Array(buffer, offset, length);
    case 'float32':
      return new Float32Array(buffer, offset, length);
  }
}
