import { basename } from 'node:path';
import { corrupt } from '../problems.ts';
import { MAX_VOXEL_OFFSET } from './limits.ts';
import { readNiftiFields } from './nifti-fields.ts';
import type { NiftiFields } from './nifti-fields.ts';
import { niftiGeometry } from './nifti-geometry.ts';
import { checkShape, unsupportedVolume } from './volume-header.ts';
import type { ParsedHeader, SampleType, Triple } from './volume-header.ts';

/** The datatype codes of nifti1.h that are read. */
const SAMPLES: ReadonlyMap<number, SampleType> = new Map([
  [2, 'uint8'],
  [4, 'int16'],
  [8, 'int32'],
  [16, 'float32'],
  [64, 'float64'],
  [128, 'uint8'],
  [256, 'int8'],
  [512, 'uint16'],
  [768, 'uint32'],
  [1024, 'int64'],
  [1280, 'uint64'],
]);
const RGB24 = 128;

const REFUSED: ReadonlyMap<number, string> = new Map([
  [1, 'holds single bits'],
  [32, 'holds complex numbers'],
  [1536, 'holds 128 bit numbers'],
  [1792, 'holds complex numbers'],
  [2048, 'holds complex numbers'],
  [2304, 'holds colours with transparency'],
]);

/**
 * Reads the header of NIfTI-1 or NIfTI-2 (nifti.nimh.nih.gov: nifti1.h, nifti2.h), of a .nii file or of a pair.
 * @param head the file's first bytes, unpacked
 * @throws IngestError truncated, corrupt, too-large, unsupported-format
 */
export function parseNifti(head: Uint8Array, path: string): ParsedHeader {
  const fields = readNiftiFields(head, path);
  const sample = SAMPLES.get(fields.datatype);
  if (!sample) {
    const what = REFUSED.get(fields.datatype);
    if (what !== undefined) throw unsupportedVolume(path, what);
    throw corrupt(path, `its header says datatype ${String(fields.datatype)}`);
  }
  const channels = fields.datatype === RGB24 ? 3 : 1;
  const shape = { ...sides(fields, path), sample, channels } as const;
  checkShape(shape, path);
  return {
    header: {
      format: 'nifti',
      ...shape,
      bigEndian: fields.bigEndian,
      ...(channels === 3 ? UNSCALED : scaling(fields, path)),
      ...niftiGeometry(fields),
    },
    voxels: {
      beside: fields.pair ? imageNames(path) : null,
      offset: voxelOffset(fields, path),
      deflated: false,
    },
  };
}

/** @throws IngestError corrupt, unsupported-format for more than space and time */
function sides({ dim }: NiftiFields, path: string): { size: Triple; times: number } {
  const [axes = 0, ...lengths] = dim;
  if (axes < 1 || axes > 7) throw corrupt(path, `its header says ${String(axes)} axes`);
  // Lengths beyond the number of axes mean nothing, and are not always 1.
  const used = lengths.map((length, axis) => (axis < axes ? length : 1));
  const [x = 1, y = 1, z = 1, times = 1, ...further] = used;
  if (further.some((length) => length !== 1)) {
    throw unsupportedVolume(
      path,
      'has more axes than space and time (vectors, tensors or several kinds of value)',
    );
  }
  return { size: [x, y, z], times };
}

const UNSCALED = { slope: 1, intercept: 0 };

/** A slope of 0 means that there is none (nifti1.h); some writers say so with NaN. */
function scaling({ slope, intercept }: NiftiFields, path: string): typeof UNSCALED {
  if (slope === 0 || !Number.isFinite(slope)) return UNSCALED;
  if (!Number.isFinite(intercept)) throw corrupt(path, 'its scaling is not a number');
  return { slope, intercept };
}

/** Four bytes that announce extensions follow the header of a single file. 0 stands for "right after them". */
function voxelOffset({ voxOffset, headerBytes, pair }: NiftiFields, path: string): number {
  const least = pair ? 0 : headerBytes + 4;
  const offset = voxOffset === 0 ? least : voxOffset;
  if (!Number.isInteger(offset) || offset < least || offset > MAX_VOXEL_OFFSET) {
    throw corrupt(path, `its header says that voxels begin at byte ${String(voxOffset)}`);
  }
  return offset;
}

/** The other half of a pair. */
function imageNames(path: string): readonly string[] {
  const stem = basename(path).replace(/(\.hdr)?(\.gz)?$/i, '');
  return [`${stem}.img`, `${stem}.img.gz`, `${stem}.IMG`];
}
