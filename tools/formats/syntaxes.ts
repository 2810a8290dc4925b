/** How a transfer syntax codes pixels, for the tool that makes files of it. */
export type Coding =
  | 'implicit'
  | 'explicit'
  | 'big'
  | 'deflated'
  | 'in-pieces'
  | 'rle'
  | 'jpeg-baseline'
  | 'jpeg-extended'
  | 'jpeg-spectral'
  | 'jpeg-progressive'
  | 'jpeg-lossless'
  | 'jpeg-lossless-1'
  | 'jpeg-arithmetic'
  | 'jpeg-hierarchical'
  | 'jpeg-ls'
  | 'jpeg-ls-near'
  | 'jpeg-2000'
  | 'jpeg-2000-lossy'
  | 'htj2k'
  | 'htj2k-rpcl'
  | 'htj2k-lossy'
  | 'other';

/** Pixels lie as they are. */
export type NativeCoding = 'implicit' | 'explicit' | 'big' | 'deflated';

export function isNative(coding: Coding): coding is NativeCoding {
  return coding === 'implicit' || coding === 'explicit' || coding === 'big' || coding === 'deflated';
}

export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly coding: Coding;
}

/** What the UIDs of all transfer syntaxes begin with. */
export const ROOT = '1.2.840.10008.1.2';

const JPEG_ROOT = `${ROOT}.4`;

/** Those that PS3.6 table A-1 lists for images, retired ones included. */
const ROWS: readonly (readonly [uid: string, name: string, coding: Coding])[] = [
  [ROOT, 'Implicit VR Little Endian', 'implicit'],
  [`${ROOT}.1`, 'Explicit VR Little Endian', 'explicit'],
  [`${ROOT}.2`, 'Explicit VR Big Endian', 'big'],
  [`${ROOT}.1.99`, 'Deflated Explicit VR Little Endian', 'deflated'],
  [`${ROOT}.1.98`, 'Encapsulated Uncompressed', 'in-pieces'],
  [`${ROOT}.5`, 'RLE Lossless', 'rle'],
  [`${JPEG_ROOT}.50`, 'JPEG Baseline', 'jpeg-baseline'],
  [`${JPEG_ROOT}.51`, 'JPEG Extended', 'jpeg-extended'],
  [`${JPEG_ROOT}.53`, 'JPEG Spectral Selection', 'jpeg-spectral'],
  [`${JPEG_ROOT}.55`, 'JPEG Full Progression', 'jpeg-progressive'],
  [`${JPEG_ROOT}.57`, 'JPEG Lossless', 'jpeg-lossless'],
  [`${JPEG_ROOT}.70`, 'JPEG Lossless, first-order prediction', 'jpeg-lossless-1'],
  ...[52, 54, 56, 58].map(
    (n) => [`${JPEG_ROOT}.${n}`, `JPEG process of arithmetic coding (.${n})`, 'jpeg-arithmetic'] as const,
  ),
  ...[59, 60, 61, 62, 63, 64, 65, 66].map(
    (n) => [`${JPEG_ROOT}.${n}`, `JPEG hierarchical process (.${n})`, 'jpeg-hierarchical'] as const,
  ),
  [`${JPEG_ROOT}.80`, 'JPEG-LS Lossless', 'jpeg-ls'],
  [`${JPEG_ROOT}.81`, 'JPEG-LS Near-lossless', 'jpeg-ls-near'],
  [`${JPEG_ROOT}.90`, 'JPEG 2000 Lossless', 'jpeg-2000'],
  [`${JPEG_ROOT}.91`, 'JPEG 2000', 'jpeg-2000-lossy'],
  [`${JPEG_ROOT}.92`, 'JPEG 2000 Part 2 Lossless', 'jpeg-2000'],
  [`${JPEG_ROOT}.93`, 'JPEG 2000 Part 2', 'jpeg-2000-lossy'],
  [`${JPEG_ROOT}.201`, 'High-Throughput JPEG 2000 Lossless', 'htj2k'],
  [`${JPEG_ROOT}.202`, 'High-Throughput JPEG 2000 RPCL Lossless', 'htj2k-rpcl'],
  [`${JPEG_ROOT}.203`, 'High-Throughput JPEG 2000', 'htj2k-lossy'],
  [`${JPEG_ROOT}.94`, 'JPIP Referenced', 'other'],
  [`${JPEG_ROOT}.95`, 'JPIP Referenced Deflate', 'other'],
  [`${JPEG_ROOT}.204`, 'JPIP HTJ2K Referenced', 'other'],
  [`${JPEG_ROOT}.205`, 'JPIP HTJ2K Referenced Deflate', 'other'],
  [`${JPEG_ROOT}.100`, 'MPEG-2 Main Profile', 'other'],
  [`${JPEG_ROOT}.100.1`, 'MPEG-2 Main Profile, in fragments', 'other'],
  [`${JPEG_ROOT}.101`, 'MPEG-2 High Level', 'other'],
  [`${JPEG_ROOT}.102`, 'MPEG-4 AVC', 'other'],
  [`${JPEG_ROOT}.103`, 'MPEG-4 AVC, BD-compatible', 'other'],
  [`${JPEG_ROOT}.104`, 'MPEG-4 AVC for 2D video', 'other'],
  [`${JPEG_ROOT}.105`, 'MPEG-4 AVC for 3D video', 'other'],
  [`${JPEG_ROOT}.106`, 'MPEG-4 AVC Stereo', 'other'],
  [`${JPEG_ROOT}.107`, 'HEVC', 'other'],
  [`${JPEG_ROOT}.108`, 'HEVC 10 bit', 'other'],
  [`${JPEG_ROOT}.110`, 'JPEG XL Lossless', 'other'],
  [`${JPEG_ROOT}.111`, 'JPEG XL JPEG Recompression', 'other'],
  [`${JPEG_ROOT}.112`, 'JPEG XL', 'other'],
  [`${ROOT}.6.1`, 'RFC 2557 MIME', 'other'],
  [`${ROOT}.7.1`, 'SMPTE ST 2110-20 Progressive', 'other'],
  [`${ROOT}.7.2`, 'SMPTE ST 2110-20 Interlaced', 'other'],
  [`${ROOT}.8.1`, 'Deflated Image Frame', 'other'],
];

export const SYNTAXES: readonly TransferSyntax[] = ROWS.map(([uid, name, coding]) => ({ uid, name, coding }));
