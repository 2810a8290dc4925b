import type { Encoding } from './elements.ts';

const IMPLICIT_LITTLE = '1.2.840.10008.1.2';
const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
const EXPLICIT_BIG = '1.2.840.10008.1.2.2';
export const DEFLATED = '1.2.840.10008.1.2.1.99';

/** How the frames of a compressed image are coded. */
export type Coding = 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000';

interface Compressed {
  readonly name: string;
  /** Null for those that are not read: films, and what no scanner writes. */
  readonly coding: Coding | null;
}

/** PS3.5 section 10 and PS3.6 table A-1, by UID; retired ones included. */
const COMPRESSED: ReadonlyMap<string, Compressed> = new Map([
  ['1.2.840.10008.1.2.4.50', { name: 'JPEG Baseline', coding: 'jpeg' }],
  ['1.2.840.10008.1.2.4.51', { name: 'JPEG Extended', coding: 'jpeg' }],
  ['1.2.840.10008.1.2.4.52', { name: 'JPEG Extended, arithmetic', coding: 'jpeg' }],
  ['1.2.840.10008.1.2.4.53', { name: 'JPEG Spectral Selection', coding: 'jpeg' }],
  ['1.2.840.10008.1.2.4.54', { name: 'JPEG Spectral Selection, arithmetic', coding: 'jpeg' }],
  ['1.2.840.10008.1.2.4.55', { name: 'JPEG Full Progression', coding: 'jpeg' }],
  ['1.2.840.10008.1.2.4.56', { name: 'JPEG Full Progression, arithmetic', coding: 'jpeg' }],
  ['1.2.840.10008.1.2.4.57', { name: 'JPEG Lossless', coding: 'jpeg' }],
  ['1.2.840.10008.1.2.4.58', { name: 'JPEG Lossless, arithmetic', coding: 'jpeg' }],
  ['1.2.840.10008.1.2.4.70', { name: 'JPEG Lossless, first-order prediction', coding: 'jpeg' }],
  ['1.2.840.10008.1.2.4.80', { name: 'JPEG-LS Lossless', coding: 'jpeg-ls' }],
  ['1.2.840.10008.1.2.4.81', { name: 'JPEG-LS Near-lossless', coding: 'jpeg-ls' }],
  ['1.2.840.10008.1.2.4.90', { name: 'JPEG 2000 Lossless', coding: 'jpeg-2000' }],
  ['1.2.840.10008.1.2.4.91', { name: 'JPEG 2000', coding: 'jpeg-2000' }],
  ['1.2.840.10008.1.2.4.92', { name: 'JPEG 2000 Part 2 Lossless', coding: 'jpeg-2000' }],
  ['1.2.840.10008.1.2.4.93', { name: 'JPEG 2000 Part 2', coding: 'jpeg-2000' }],
  ['1.2.840.10008.1.2.4.94', { name: 'JPIP Referenced', coding: null }],
  ['1.2.840.10008.1.2.4.95', { name: 'JPIP Referenced Deflate', coding: null }],
  ['1.2.840.10008.1.2.4.100', { name: 'MPEG-2', coding: null }],
  ['1.2.840.10008.1.2.4.101', { name: 'MPEG-2 High Level', coding: null }],
  ['1.2.840.10008.1.2.4.102', { name: 'MPEG-4', coding: null }],
  ['1.2.840.10008.1.2.4.103', { name: 'MPEG-4 BD-compatible', coding: null }],
  ['1.2.840.10008.1.2.4.104', { name: 'MPEG-4 for 2D video', coding: null }],
  ['1.2.840.10008.1.2.4.105', { name: 'MPEG-4 for 3D video', coding: null }],
  ['1.2.840.10008.1.2.4.106', { name: 'MPEG-4 Stereo', coding: null }],
  ['1.2.840.10008.1.2.4.107', { name: 'HEVC', coding: null }],
  ['1.2.840.10008.1.2.4.108', { name: 'HEVC 10 bit', coding: null }],
  ['1.2.840.10008.1.2.4.110', { name: 'JPEG XL Lossless', coding: null }],
  ['1.2.840.10008.1.2.4.111', { name: 'JPEG XL JPEG Recompression', coding: null }],
  ['1.2.840.10008.1.2.4.112', { name: 'JPEG XL', coding: null }],
  ['1.2.840.10008.1.2.4.201', { name: 'High-Throughput JPEG 2000 Lossless', coding: 'jpeg-2000' }],
  ['1.2.840.10008.1.2.4.202', { name: 'High-Throughput JPEG 2000 RPCL Lossless', coding: 'jpeg-2000' }],
  ['1.2.840.10008.1.2.4.203', { name: 'High-Throughput JPEG 2000', coding: 'jpeg-2000' }],
  ['1.2.840.10008.1.2.5', { name: 'RLE Lossless', coding: 'rle' }],
]);

/** How the frames are coded by the name of the syntax; null for uncompressed ones and those that are not read. */
export function codingOf(syntax: string | null): Coding | null {
  return syntax === null ? null : (COMPRESSED.get(syntax)?.coding ?? null);
}

/** How a syntax writes its attributes; all but three are explicit and little endian. */
export function encodingOf(syntax: string | null): Encoding {
  return {
    // Implicit little endian is what DICOM falls back to where nothing was agreed.
    explicit: syntax !== null && syntax !== IMPLICIT_LITTLE,
    order: syntax === EXPLICIT_BIG ? 'big' : 'little',
  };
}

/** Byte order of the pixels, or undefined where the transfer syntax is not one of the uncompressed ones. */
export function byteOrder(uid: string): 'little' | 'big' | undefined {
  if (uid === EXPLICIT_BIG) return 'big';
  return uid === IMPLICIT_LITTLE || uid === EXPLICIT_LITTLE ? 'little' : undefined;
}

/** A name for people: the standard's name and the UID. */
export function transferSyntaxName(uid: string): string {
  const name = COMPRESSED.get(uid)?.name;
  return name === undefined ? uid : `${name} (${uid})`;
}
