import { corrupt, truncated } from '../problems.ts';
import { geometryFrom } from './geometry.ts';
import { MAX_HEADER_BYTES, MAX_VOXEL_OFFSET } from './limits.ts';
import { checkShape, unsupportedVolume } from './volume-header.ts';
import type {
  Geometry,
  ParsedHeader,
  SampleType,
  Triple,
  VolumeHeader,
  VoxelPlace,
} from './volume-header.ts';

/** metaTypes.h of MetaIO: MET_LONG has 4 bytes on every system. */
const SAMPLES: ReadonlyMap<string, SampleType> = new Map([
  ['MET_CHAR', 'int8'],
  ['MET_UCHAR', 'uint8'],
  ['MET_SHORT', 'int16'],
  ['MET_USHORT', 'uint16'],
  ['MET_INT', 'int32'],
  ['MET_UINT', 'uint32'],
  ['MET_LONG', 'int32'],
  ['MET_ULONG', 'uint32'],
  ['MET_LONG_LONG', 'int64'],
  ['MET_ULONG_LONG', 'uint64'],
  ['MET_FLOAT', 'float32'],
  ['MET_DOUBLE', 'float64'],
]);

const latin1 = new TextDecoder('latin1');

/** What a header says, by lower-case key. */
type Keys = ReadonlyMap<string, string>;

/**
 * Reads the header of a MetaImage (itk.org/Wiki/ITK/MetaIO/Documentation), .mha or .mhd: lines "Key = Value", the last of which
 * names the file of the voxels.
 * @param head the file's first bytes
 * @throws IngestError truncated, corrupt, too-large, unsupported-format
 */
export function parseMetaImage(head: Uint8Array, path: string): ParsedHeader {
  const { keys, bytes } = readKeys(head, path);
  const axes = one(keys, ['NDims'], path) ?? Number.NaN;
  if (![2, 3, 4].includes(axes)) {
    throw unsupportedVolume(path, `has ${String(axes)} axes`);
  }
  const [x = 1, y = 1, z = 1, times = 1] = numbers(keys, ['DimSize'], axes, path) ?? missing('DimSize', path);
  const type = keys.get('elementtype') ?? missing('ElementType', path);
  const sample = SAMPLES.get(type);
  if (!sample) throw unsupportedVolume(path, `holds elements of the type ${type}`);
  const channels = channelsOf(keys, sample, path);
  const shape = { size: [x, y, z], times, sample, channels } as const;
  checkShape(shape, path);
  const spacing = numbers(keys, ['ElementSpacing', 'ElementSize'], axes, path);
  return {
    header: {
      format: 'metaimage',
      ...shape,
      bigEndian: flag(keys, ['BinaryDataByteOrderMSB', 'ElementByteOrderMSB'], path) ?? false,
      slope: one(keys, ['ElementToIntensityFunctionSlope'], path) ?? 1,
      intercept: one(keys, ['ElementToIntensityFunctionOffset'], path) ?? 0,
      geometry: geometryOf(keys, axes, spacing, path),
      spacing: spacings(spacing),
    },
    voxels: placeOf(keys, bytes, path),
  };
}

/** @returns the keys, and where the header ends */
function readKeys(head: Uint8Array, path: string): { keys: Keys; bytes: number } {
  const keys = new Map<string, string>();
  let start = 0;
  for (;;) {
    const end = head.indexOf(0x0a, start);
    if (end < 0) {
      throw head.byteLength < MAX_HEADER_BYTES ? truncated(path) : corrupt(path, 'its header does not end');
    }
    const line = latin1.decode(head.subarray(start, end)).trim();
    start = end + 1;
    const equals = line.indexOf('=');
    // A comment may run on over several lines.
    if (equals < 0) continue;
    const key = line.slice(0, equals).trim().toLowerCase();
    keys.set(key, line.slice(equals + 1).trim());
    if (key === 'elementdatafile') return { keys, bytes: start };
  }
}

function missing(key: string, path: string): never {
  throw corrupt(path, `its header has no ${key}`);
}

/** The numbers of the first of these keys that is there. */
function numbers(keys: Keys, names: readonly string[], count: number, path: string): number[] | null {
  for (const name of names) {
    const value = keys.get(name.toLowerCase());
    if (value === undefined) continue;
    const found = value.split(/\s+/).map(Number);
    if (found.length !== count || !found.every(Number.isFinite)) {
      throw corrupt(path, `${name} in its header is not ${String(count)} numbers`);
    }
    return found;
  }
  return null;
}

function one(keys: Keys, names: readonly string[], path: string): number | null {
  return numbers(keys, names, 1, path)?.[0] ?? null;
}

function flag(keys: Keys, names: readonly string[], path: string): boolean | null {
  for (const name of names) {
    const value = keys.get(name.toLowerCase());
    if (value === undefined) continue;
    if (/^(true|1)$/i.test(value)) return true;
    if (/^(false|0)$/i.test(value)) return false;
    throw corrupt(path, `${name} in its header is neither True nor False`);
  }
  return null;
}

/** Three unsigned bytes are a colour; three numbers of another kind are a vector, which no picture shows. */
function channelsOf(keys: Keys, sample: SampleType, path: string): 1 | 3 {
  const channels = one(keys, ['ElementNumberOfChannels'], path) ?? 1;
  if (channels === 1) return 1;
  if (channels === 3 && sample === 'uint8') return 3;
  throw unsupportedVolume(path, `holds ${String(channels)} numbers a voxel`);
}

function spacings(found: readonly number[] | null): VolumeHeader['spacing'] {
  const [x, y, z] = (found ?? []).map((step) => (step === 0 ? null : Math.abs(step)));
  return [x ?? null, y ?? null, z ?? null];
}

/** Each row of the matrix is the direction of one stored axis, in LPS; Offset is the first voxel's centre. */
function geometryOf(
  keys: Keys,
  axes: number,
  spacing: readonly number[] | null,
  path: string,
): Geometry | null {
  const matrix = numbers(keys, ['TransformMatrix', 'Rotation', 'Orientation'], axes * axes, path);
  if (!matrix || axes < 3) return null;
  const [x = 0, y = 0, z = 0] = numbers(keys, ['Offset', 'Position', 'Origin'], axes, path) ?? [];
  const step = (axis: number): Triple => {
    const [a = 0, b = 0, c = 0] = matrix.slice(axis * axes, axis * axes + 3);
    const length = spacing?.[axis] ?? 1;
    return [a * length, b * length, c * length];
  };
  return geometryFrom([step(0), step(1), step(2)], [x, y, z]);
}

function placeOf(keys: Keys, headerBytes: number, path: string): VoxelPlace {
  if (flag(keys, ['BinaryData'], path) === false) throw unsupportedVolume(path, 'holds its voxels as text');
  const deflated = flag(keys, ['CompressedData'], path) ?? false;
  const file = keys.get('elementdatafile') ?? missing('ElementDataFile', path);
  if (file.toUpperCase() === 'LOCAL') return { beside: null, offset: headerBytes, deflated };
  if (/^LIST\b/i.test(file) || /%\d*d/.test(file)) {
    throw unsupportedVolume(path, 'lists a file for each slice');
  }
  // A header from a stranger must not name any other file of this machine.
  if (file === '' || /[/\\:\0]/.test(file) || file === '..' || file === '.') {
    throw corrupt(path, `it names "${file}" for its voxels, which is no file beside it`);
  }
  const skipped = one(keys, ['HeaderSize'], path) ?? 0;
  if (skipped === -1 && !deflated) return { beside: [file], offset: null, deflated };
  if (!Number.isInteger(skipped) || skipped < 0 || skipped > MAX_VOXEL_OFFSET) {
    throw corrupt(path, `its header says that voxels begin at byte ${String(skipped)}`);
  }
  return { beside: [file], offset: skipped, deflated };
}
