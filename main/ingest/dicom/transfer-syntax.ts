import type { Encoding } from './elements.ts';

const IMPLICIT_LITTLE = '1.2.840.10008.1.2';
const EXPLICIT_BIG = '1.2.840.10008.1.2.2';
export const DEFLATED = '1.2.840.10008.1.2.1.99';

export const RLE = '1.2.840.10008.1.2.5';

/** PS3.5 section 10 and PS3.6 table A-1; retired ones included. */
const COMPRESSED: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10008.1.2.4.50', 'JPEG Baseline'],
  ['1.2.840.10008.1.2.4.51', 'JPEG Extended'],
  ['1.2.840.10008.1.2.4.52', 'JPEG Extended, arithmetic'],
  ['1.2.840.10008.1.2.4.53', 'JPEG Spectral Selection'],
  ['1.2.840.10008.1.2.4.54', 'JPEG Spectral Selection, arithmetic'],
  ['1.2.840.10008.1.2.4.55', 'JPEG Full Progression'],
  ['1.2.840.10008.1.2.4.56', 'JPEG Full Progression, arithmetic'],
  ['1.2.840.10008.1.2.4.57', 'JPEG Lossless'],
  ['1.2.840.10008.1.2.4.58', 'JPEG Lossless, arithmetic'],
  ['1.2.840.10008.1.2.4.70', 'JPEG Lossless, first-order prediction'],
  ['1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless'],
  ['1.2.840.10008.1.2.4.81', 'JPEG-LS Near-lossless'],
  ['1.2.840.10008.1.2.4.90', 'JPEG 2000 Lossless'],
  ['1.2.840.10008.1.2.4.91', 'JPEG 2000'],
  ['1.2.840.10008.1.2.4.92', 'JPEG 2000 Part 2 Lossless'],
  ['1.2.840.10008.1.2.4.93', 'JPEG 2000 Part 2'],
  ['1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 Lossless'],
  ['1.2.840.10008.1.2.4.202', 'High-Throughput JPEG 2000 RPCL Lossless'],
  ['1.2.840.10008.1.2.4.203', 'High-Throughput JPEG 2000'],
  [RLE, 'RLE Lossless'],
]);

/** Films, what needs a server, and what no scanner writes yet. */
const UNREAD: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10008.1.2.4.94', 'JPIP Referenced'],
  ['1.2.840.10008.1.2.4.95', 'JPIP Referenced Deflate'],
  ['1.2.840.10008.1.2.4.100', 'MPEG-2'],
  ['1.2.840.10008.1.2.4.101', 'MPEG-2 High Level'],
  ['1.2.840.10008.1.2.4.102', 'MPEG-4'],
  ['1.2.840.10008.1.2.4.103', 'MPEG-4 BD-compatible'],
  ['1.2.840.10008.1.2.4.104', 'MPEG-4 for 2D video'],
  ['1.2.840.10008.1.2.4.105', 'MPEG-4 for 3D video'],
  ['1.2.840.10008.1.2.4.106', 'MPEG-4 Stereo'],
  ['1.2.840.10008.1.2.4.107', 'HEVC'],
  ['1.2.840.10008.1.2.4.108', 'HEVC 10 bit'],
  ['1.2.840.10008.1.2.4.110', 'JPEG XL Lossless'],
  ['1.2.840.10008.1.2.4.111', 'JPEG XL JPEG Recompression'],
  ['1.2.840.10008.1.2.4.112', 'JPEG XL'],
  ['1.2.840.10008.1.2.4.204', 'JPIP HTJ2K Referenced'],
  ['1.2.840.10008.1.2.4.205', 'JPIP HTJ2K Referenced Deflate'],
  ['1.2.840.10008.1.2.1.98', 'Encapsulated Uncompressed'],
  ['1.2.840.10008.1.2.6.1', 'RFC 2557 MIME'],
  ['1.2.840.10008.1.2.7.1', 'SMPTE ST 2110-20 Progressive'],
  ['1.2.840.10008.1.2.7.2', 'SMPTE ST 2110-20 Interlaced'],
  ['1.2.840.10008.1.2.8.1', 'Deflated Image Frame'],
]);

/** Whether a syntax is known to be one that is not read. Of others, the codestreams tell how they are to be read. */
export function isUnread(syntax: string | null): boolean {
  return syntax !== null && (UNREAD.has(syntax) || MPEG.some((uid) => syntax.startsWith(`${uid}.`)));
}

/** Films in fragments have these with a number behind. */
const MPEG = [100, 101, 102, 103, 104, 105, 106].map((n) => `1.2.840.10008.1.2.4.${String(n)}`);

/** How a syntax writes its attributes; all but three are explicit and little endian. */
export function encodingOf(syntax: string | null): Encoding {
  return {
    // Implicit little endian is what DICOM falls back to where nothing was agreed.
    explicit: syntax !== null && syntax !== IMPLICIT_LITTLE,
    order: syntax === EXPLICIT_BIG ? 'big' : 'little',
  };
}

/** A name for people: the standard's name and the UID. */
export function transferSyntaxName(uid: string): string {
  const name = COMPRESSED.get(uid) ?? UNREAD.get(uid);
  return name === undefined ? uid : `${name} (${uid})`;
}
