import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openVolume } from '../../../../main/ingest/volume/open-volume.ts';
import type { OpenedFile, Plane } from '../../../../main/ingest/stored-image.ts';
import { withFolder } from '../fixtures.ts';

/** How one sample is written, with its codes in both formats. */
export const TYPES = {
  uint8: { nifti: 2, meta: 'MET_UCHAR', bytes: 1, put: 'setUint8' },
  int8: { nifti: 256, meta: 'MET_CHAR', bytes: 1, put: 'setInt8' },
  uint16: { nifti: 512, meta: 'MET_USHORT', bytes: 2, put: 'setUint16' },
  int16: { nifti: 4, meta: 'MET_SHORT', bytes: 2, put: 'setInt16' },
  uint32: { nifti: 768, meta: 'MET_UINT', bytes: 4, put: 'setUint32' },
  int32: { nifti: 8, meta: 'MET_INT', bytes: 4, put: 'setInt32' },
  float32: { nifti: 16, meta: 'MET_FLOAT', bytes: 4, put: 'setFloat32' },
  float64: { nifti: 64, meta: 'MET_DOUBLE', bytes: 8, put: 'setFloat64' },
} as const;
export type TypeName = keyof typeof TYPES;
export const TYPE_NAMES: readonly TypeName[] = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'float64',
];

export interface Written {
  /** Up to four axes. */
  readonly size: readonly number[];
  readonly type: TypeName;
  readonly values: readonly number[];
  readonly little: boolean;
  /** Three rows of four, towards right, front, head; none for a file that does not say how it lies. */
  readonly sform?: readonly (readonly number[])[];
}

export const WRITTEN: Written = {
  size: [4, 3, 2],
  type: 'int16',
  values: Array.from({ length: 24 }, (_, index) => index * 3 - 7),
  little: true,
};

export function sampleBytes({ type, values, little }: Written): Uint8Array {
  const { bytes, put } = TYPES[type];
  const view = new DataView(new ArrayBuffer(values.length * bytes));
  values.forEach((value, index) => view[put](index * bytes, value, little));
  return new Uint8Array(view.buffer);
}

/** A NIfTI-1 file as nifti1.h lays it out. `change` may spoil the header. */
export function nifti1(written: Written, change: (view: DataView) => void = () => undefined): Uint8Array {
  const { size, type, little, sform } = written;
  const view = new DataView(new ArrayBuffer(352));
  view.setInt32(0, 348, little);
  view.setInt16(40, size.length, little);
  for (let axis = 1; axis < 8; axis++) view.setInt16(40 + 2 * axis, size[axis - 1] ?? 1, little);
  view.setInt16(70, TYPES[type].nifti, little);
  view.setInt16(72, TYPES[type].bytes * 8, little);
  for (let axis = 0; axis < 8; axis++) view.setFloat32(76 + 4 * axis, 1, little);
  view.setFloat32(108, 352, little);
  view.setUint8(123, 2);
  if (sform) {
    view.setInt16(254, 1, little);
    sform.flat().forEach((value, index) => {
      view.setFloat32(280 + 4 * index, value, little);
    });
  }
  [0x6e, 0x2b, 0x31, 0].forEach((byte, index) => {
    view.setUint8(344 + index, byte);
  });
  change(view);
  return Buffer.concat([new Uint8Array(view.buffer), sampleBytes(written)]);
}

/** A NIfTI-2 file as nifti2.h lays it out. */
export function nifti2(written: Written): Uint8Array {
  const { size, type, little, sform } = written;
  const view = new DataView(new ArrayBuffer(544));
  view.setInt32(0, 540, little);
  [0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a].forEach((byte, index) => {
    view.setUint8(4 + index, byte);
  });
  view.setInt16(12, TYPES[type].nifti, little);
  view.setInt16(14, TYPES[type].bytes * 8, little);
  view.setBigInt64(16, BigInt(size.length), little);
  for (let axis = 1; axis < 8; axis++) view.setBigInt64(16 + 8 * axis, BigInt(size[axis - 1] ?? 1), little);
  for (let axis = 0; axis < 8; axis++) view.setFloat64(104 + 8 * axis, 1, little);
  view.setBigInt64(168, 544n, little);
  if (sform) {
    view.setInt32(348, 1, little);
    sform.flat().forEach((value, index) => {
      view.setFloat64(400 + 8 * index, value, little);
    });
  }
  view.setInt32(500, 2, little);
  return Buffer.concat([new Uint8Array(view.buffer), sampleBytes(written)]);
}

/** The header of a MetaImage with its last line. Later lines of the same key replace these. */
export function metaHeader(
  { size, type, little }: Written,
  lines: readonly string[],
  file = 'LOCAL',
): Buffer {
  return Buffer.from(
    [
      'ObjectType = Image',
      `NDims = ${String(size.length)}`,
      'BinaryData = True',
      `BinaryDataByteOrderMSB = ${little ? 'False' : 'True'}`,
      `DimSize = ${size.join(' ')}`,
      `ElementType = ${TYPES[type].meta}`,
      ...lines,
      `ElementDataFile = ${file}\n`,
    ].join('\n'),
    'latin1',
  );
}

/** Opens these bytes as a file of that name. */
export async function opened(
  name: string,
  bytes: Uint8Array,
  plane: Plane = 'axial',
  beside: Readonly<Record<string, Uint8Array>> = {},
): Promise<OpenedFile> {
  const volumes: OpenedFile[] = [];
  await withFolder(async (folder) => {
    for (const [other, content] of Object.entries(beside)) await writeFile(join(folder, other), content);
    await writeFile(join(folder, name), bytes);
    const format = /\.mh[ad]$/.test(name) ? 'metaimage' : 'nifti';
    volumes.push(await openVolume(join(folder, name), format, plane));
  });
  const [volume] = volumes;
  if (!volume) throw new Error('nothing was opened');
  return volume;
}

/** The values of all images, one after the other. */
export async function allValues(volume: OpenedFile): Promise<number[]> {
  const images = await Promise.all(volume.images.map(({ part }) => volume.read(part)));
  return images.flatMap(({ values }) => Array.from(values));
}
