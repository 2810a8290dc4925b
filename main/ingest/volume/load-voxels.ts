import { endianness } from 'node:os';
import { IngestError } from '../errors.ts';
import { corrupt, truncated } from '../problems.ts';
import { samplesOf } from '../raster/sample-kind.ts';
import type { SampleKind } from '../raster/sample-kind.ts';
import type { StoredValues } from '../stored-image.ts';
import type { ByteReader } from './byte-reader.ts';
import { MAX_TRAILING_BYTES } from './limits.ts';
import { voxelBytes } from './volume-header.ts';
import type { ParsedHeader, SampleType, VolumeHeader } from './volume-header.ts';

/** All samples of a volume as [time, z, y, x, channel]. */
export interface Voxels {
  readonly kind: SampleKind;
  readonly values: StoredValues;
}

/**
 * Reads all samples of a volume. Memory is only asked for when the file can hold as much as its header claims.
 * @param reader the file of the voxels, from its start
 * @param path of that file
 * @throws IngestError truncated, corrupt, too-large, unreadable
 */
export async function loadVoxels(
  { header, voxels }: ParsedHeader,
  reader: ByteReader,
  path: string,
): Promise<Voxels> {
  const bytes = voxelBytes(header);
  const offset = voxels.offset ?? reader.capacity - bytes;
  if (offset < 0) throw truncated(path);
  await reader.skip(offset);
  const source = voxels.deflated ? reader.unpacked() : reader;
  try {
    if (bytes > source.capacity) throw truncated(path);
    const buffer = allocate(bytes, path);
    await source.fill(new Uint8Array(buffer));
    if (!(await source.endsWithin(MAX_TRAILING_BYTES))) {
      throw corrupt(path, 'it holds more data than its header describes');
    }
    return voxelsOf(buffer, header);
  } finally {
    source.close();
  }
}

function allocate(bytes: number, path: string): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (thrown) {
    throw new IngestError(
      'too-large',
      path,
      `"${path}" needs ${String(Math.ceil(bytes / 2 ** 20))} MiB of memory, more than this machine has free; close other programs or cut it.`,
      { cause: thrown },
    );
  }
}

function voxelsOf(buffer: ArrayBuffer, { sample, bigEndian }: VolumeHeader): Voxels {
  if (bigEndian !== (endianness() === 'BE')) swap(buffer, sample);
  switch (sample) {
    case 'float64':
      return { kind: 'float32', values: halved(buffer, new Float64Array(buffer)) };
    case 'int64':
      return { kind: 'float32', values: halved(buffer, new BigInt64Array(buffer)) };
    case 'uint64':
      return { kind: 'float32', values: halved(buffer, new BigUint64Array(buffer)) };
    case 'uint8':
    case 'int8':
    case 'uint16':
    case 'int16':
    case 'uint32':
    case 'int32':
    case 'float32':
      return { kind: sample, values: samplesOf(sample, new Uint8Array(buffer)) };
  }
}

function swap(buffer: ArrayBuffer, sample: SampleType): void {
  const bytes = Buffer.from(buffer);
  switch (sample) {
    case 'uint8':
    case 'int8':
      return;
    case 'uint16':
    case 'int16':
      bytes.swap16();
      return;
    case 'uint32':
    case 'int32':
    case 'float32':
      bytes.swap32();
      return;
    case 'float64':
    case 'int64':
    case 'uint64':
      bytes.swap64();
      return;
  }
}

/** 64 bits become floats of 32 in the first half of their own memory: a second copy would need half as much again. */
function halved(
  buffer: ArrayBuffer,
  wide: Float64Array | BigInt64Array | BigUint64Array,
): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(buffer);
  for (let index = 0; index < wide.length; index++) floats[index] = Number(wide[index]);
  return new Float32Array(buffer.transfer(buffer.byteLength / 2));
}
