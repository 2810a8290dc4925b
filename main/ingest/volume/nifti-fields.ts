import { corrupt, truncated } from '../problems.ts';
import { unsupportedVolume } from './volume-header.ts';

/** Byte offsets of nifti1.h. */
const NIFTI1 = {
  bytes: 348,
  dim: 40,
  datatype: 70,
  pixdim: 76,
  voxOffset: 108,
  slope: 112,
  intercept: 116,
  units: 123,
  qformCode: 252,
  sformCode: 254,
  quaternion: 256,
  qoffset: 268,
  sform: 280,
};

/** Byte offsets of nifti2.h. */
const NIFTI2: typeof NIFTI1 = {
  bytes: 540,
  dim: 16,
  datatype: 12,
  pixdim: 104,
  voxOffset: 168,
  slope: 176,
  intercept: 184,
  units: 500,
  qformCode: 344,
  sformCode: 348,
  quaternion: 352,
  qoffset: 376,
  sform: 400,
};

/** The fields of one NIfTI header, whatever its version and byte order. */
export interface NiftiFields {
  readonly version: 1 | 2;
  readonly bigEndian: boolean;
  /** Voxels in a .img beside the header. */
  readonly pair: boolean;
  readonly headerBytes: number;
  readonly dim: readonly number[];
  readonly datatype: number;
  readonly pixdim: readonly number[];
  readonly voxOffset: number;
  readonly slope: number;
  readonly intercept: number;
  /** xyzt_units: the lowest three bits are those of space. */
  readonly units: number;
  readonly qformCode: number;
  readonly sformCode: number;
  /** b, c, d */
  readonly quaternion: readonly number[];
  readonly qoffset: readonly number[];
  /** Three rows of four. */
  readonly sform: readonly number[];
}

const text = (bytes: Uint8Array, start: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(start, start + length));

const MAGICS: readonly { text: string; at: number; version: 1 | 2; pair: boolean }[] = [
  { text: 'n+1\0', at: 344, version: 1, pair: false },
  { text: 'ni1\0', at: 344, version: 1, pair: true },
  // The line ends show a file that was sent as text.
  { text: 'n+2\0\r\n\x1a\n', at: 4, version: 2, pair: false },
  { text: 'ni2\0\r\n\x1a\n', at: 4, version: 2, pair: true },
];

/** Which kind of NIfTI a file's first bytes are; null for another file. */
export function niftiMagic(head: Uint8Array): { version: 1 | 2; pair: boolean } | null {
  return MAGICS.find((magic) => text(head, magic.at, magic.text.length) === magic.text) ?? null;
}

/** Whether these are the first bytes of an Analyze 7.5 header: NIfTI's layout, without its magic. */
export function isAnalyze(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.byteLength < NIFTI1.bytes || text(head, 38, 1) !== 'r') return false;
  return [true, false].some((little) => {
    const axes = view.getInt16(NIFTI1.dim, little);
    return view.getInt32(0, little) === NIFTI1.bytes && axes >= 1 && axes <= 7;
  });
}

/**
 * @param head the first bytes, unpacked
 * @throws IngestError truncated, corrupt, unsupported-format for Analyze
 */
export function readNiftiFields(head: Uint8Array, path: string): NiftiFields {
  const magic = niftiMagic(head);
  if (!magic) {
    throw unsupportedVolume(path, 'is an Analyze 7.5 header, in which left and right are not told apart');
  }
  const { version, pair } = magic;
  const at = version === 1 ? NIFTI1 : NIFTI2;
  if (head.byteLength < at.bytes) throw truncated(path);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const bigEndian = view.getInt32(0, false) === at.bytes;
  const little = !bigEndian;
  if (little && view.getInt32(0, true) !== at.bytes) {
    throw corrupt(path, `its header says it has ${String(view.getInt32(0, true))} bytes`);
  }
  const long = (place: number) => Number(view.getBigInt64(place, little));
  const code = (place: number) =>
    version === 1 ? view.getInt16(place, little) : view.getInt32(place, little);
  const real = (place: number) =>
    version === 1 ? view.getFloat32(place, little) : view.getFloat64(place, little);
  const list = (count: number, start: number, bytes: number, read: (place: number) => number) =>
    Array.from({ length: count }, (_, index) => read(start + index * bytes));
  const reals = (count: number, start: number) => list(count, start, version === 1 ? 4 : 8, real);
  return {
    version,
    bigEndian,
    pair,
    headerBytes: at.bytes,
    dim:
      version === 1 ? list(8, at.dim, 2, (place) => view.getInt16(place, little)) : list(8, at.dim, 8, long),
    datatype: view.getInt16(at.datatype, little),
    pixdim: reals(8, at.pixdim),
    voxOffset: version === 1 ? real(at.voxOffset) : long(at.voxOffset),
    slope: real(at.slope),
    intercept: real(at.intercept),
    units: version === 1 ? view.getUint8(at.units) : code(at.units),
    qformCode: code(at.qformCode),
    sformCode: code(at.sformCode),
    quaternion: reals(3, at.quaternion),
    qoffset: reals(3, at.qoffset),
    sform: reals(12, at.sform),
  };
}
