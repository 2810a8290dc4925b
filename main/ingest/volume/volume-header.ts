import { IngestError } from '../errors.ts';
import { excerpt } from '../printable.ts';
import { corrupt } from '../problems.ts';
import { MAX_VOLUME_BYTES } from './limits.ts';

export type VolumeFormat = 'nifti' | 'metaimage';

/** Bytes of one sample as files hold it. */
const SAMPLE_BYTES = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
  int64: 8,
  uint64: 8,
} as const;
export type SampleType = keyof typeof SAMPLE_BYTES;

export type Triple = readonly [number, number, number];

/** Where voxels lie, in millimetres towards the patient's left, back and head (LPS, as in DICOM PS3.3 C.7.6.2.1.1). */
export interface Geometry {
  /** The step from one voxel to the next along each stored axis. */
  readonly steps: readonly [Triple, Triple, Triple];
  /** Of the first voxel's centre. */
  readonly origin: Triple;
}

interface VolumeShape {
  /** Voxels along the stored axes; the first runs fastest. */
  readonly size: Triple;
  /** Points in time: whole volumes one after the other. */
  readonly times: number;
  readonly sample: SampleType;
  /** Interleaved; 3 is RGB. */
  readonly channels: 1 | 3;
}

/** What a volume's header says. Sizes are whole, positive and within the limits. */
export interface VolumeHeader extends VolumeShape {
  readonly format: VolumeFormat;
  readonly bigEndian: boolean;
  /** Modality value = slope * stored + intercept. */
  readonly slope: number;
  readonly intercept: number;
  /** Null where the file does not say how it lies in the patient. */
  readonly geometry: Geometry | null;
  /** Millimetres between voxels along the stored axes; null where unknown. */
  readonly spacing: readonly [number | null, number | null, number | null];
}

/** Where a file's voxels are. */
export interface VoxelPlace {
  /** Names of the file beside this one that holds them, the first that exists; null for this file. */
  readonly beside: readonly string[] | null;
  /** Of the first voxel; null where the voxels are the last bytes. */
  readonly offset: number | null;
  /** They are one zlib or gzip stream. */
  readonly deflated: boolean;
}

export interface ParsedHeader {
  readonly header: VolumeHeader;
  readonly voxels: VoxelPlace;
}

/** Bytes that all voxels take in the file. */
export function voxelBytes({ size, times, sample, channels }: VolumeShape): number {
  return size[0] * size[1] * size[2] * times * channels * SAMPLE_BYTES[sample];
}

/** @throws IngestError corrupt for a side below 1 or not whole, too-large above MAX_VOLUME_BYTES */
export function checkShape(shape: VolumeShape, path: string): void {
  const sides = [...shape.size, shape.times];
  const text = sides.join(' x ');
  if (!sides.every((side) => Number.isSafeInteger(side) && side >= 1)) {
    throw corrupt(path, `its header says ${text} voxels`);
  }
  if (voxelBytes(shape) > MAX_VOLUME_BYTES) {
    throw new IngestError(
      'too-large',
      path,
      `"${path}" says it has ${text} voxels, more than ${String(MAX_VOLUME_BYTES / 2 ** 30)} GiB; cut it into smaller volumes.`,
    );
  }
}

export function unsupportedVolume(path: string, what: string): IngestError {
  return new IngestError(
    'unsupported-format',
    path,
    `"${path}" ${excerpt(what)}, which is not read; convert it to a NIfTI file of 16 bit integers or 32 bit floats.`,
  );
}
