import type { Chance } from './chance.ts';
import { withNumber } from './mutate-bytes.ts';
import type { Mutation } from './mutate-bytes.ts';

/** Where the fields of the headers lie and how long each is, by nifti1.h and nifti2.h. */
const NIFTI1: readonly (readonly [number, number, 2 | 4 | 8])[] = [
  [40, 8, 2],
  [40, 8, 2],
  [70, 1, 2],
  [76, 8, 4],
  [108, 3, 4],
  [123, 1, 2],
  [252, 2, 2],
  [256, 6, 4],
  [280, 12, 4],
];
const NIFTI2: typeof NIFTI1 = [
  [16, 8, 8],
  [16, 8, 8],
  [12, 1, 2],
  [104, 8, 8],
  [168, 3, 8],
  [344, 2, 4],
  [352, 6, 8],
  [400, 12, 8],
  [500, 1, 4],
];
const DATATYPES = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2304];
const FLOATS = [0, -0, 1, -1, NaN, Infinity, -Infinity, 1e38, -1e38, 1e-38, 0.5];

/** One field of a NIfTI header: an odd number, an odd float, or a type of voxels. */
export const mutateNifti: Mutation = (bytes, chance) => {
  if (bytes.length < 348) return bytes;
  const second = bytes.toString('latin1', 4, 6) === 'n+' || bytes.toString('latin1', 4, 6) === 'ni';
  const little = bytes.readInt32LE(0) === (second ? 540 : 348);
  if (chance.happens(0.15)) return withDatatype(bytes, second ? 12 : 70, little, chance);
  const [start, count, size] = chance.pick(second ? NIFTI2 : NIFTI1);
  const at = start + size * chance.below(count);
  if (size === 2 || chance.happens(0.4)) return withNumber(bytes, at, size, little, chance);
  const changed = Buffer.from(bytes);
  const view = new DataView(changed.buffer, changed.byteOffset, changed.byteLength);
  if (at + size > changed.length) return bytes;
  if (size === 4) view.setFloat32(at, chance.pick(FLOATS), little);
  else view.setFloat64(at, chance.pick(FLOATS), little);
  return changed;
};

function withDatatype(bytes: Buffer, at: number, little: boolean, chance: Chance): Buffer {
  const changed = Buffer.from(bytes);
  const type = chance.pick(DATATYPES);
  if (little) changed.writeInt16LE(type, at);
  else changed.writeInt16BE(type, at);
  return changed;
}

const VALUES = [
  '',
  '0',
  '1',
  '-1',
  '3',
  '2 2',
  '1 1 1',
  '65536 65536 1',
  '4294967296 1 1',
  '1e9 1e9 1e9',
  'NaN NaN NaN',
  'True',
  'False',
  'MET_UCHAR',
  'MET_SHORT',
  'MET_DOUBLE',
  'MET_LONG_LONG',
  'MET_NONE',
  'LOCAL',
  'LIST',
  '../../etc/passwd',
  '/etc/passwd',
  'C:\\windows\\win.ini',
  'slice%03d.raw 1 3 1',
  'x'.repeat(70_000),
];
const KEYS = [
  'CompressedData',
  'HeaderSize',
  'NDims',
  'ElementNumberOfChannels',
  'TransformMatrix',
  'BinaryData',
];

/** One line of a MetaImage header: another value, gone, doubled, or one more. */
export const mutateMetaImage: Mutation = (bytes, chance) => {
  const end = bytes.indexOf('ElementDataFile');
  const lines = bytes.toString('latin1', 0, Math.max(0, end)).split('\n').slice(0, -1);
  const last = bytes.subarray(Math.max(0, end));
  const at = chance.below(lines.length);
  const key = lines[at]?.split('=')[0] ?? 'NDims ';
  switch (chance.below(5)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.push(`${chance.pick(KEYS)} = ${chance.pick(VALUES)}`);
      break;
    case 2: {
      const voxels = last.subarray(last.indexOf(0x0a) + 1);
      const name = Buffer.from(`ElementDataFile = ${chance.pick(VALUES)}\n`);
      return Buffer.concat([Buffer.from(`${lines.join('\n')}\n`, 'latin1'), name, voxels]);
    }
    default:
      lines.splice(at, chance.below(2), `${key}= ${chance.pick(VALUES)}`);
  }
  return Buffer.concat([Buffer.from(`${lines.join('\n')}\n`, 'latin1'), last]);
};
