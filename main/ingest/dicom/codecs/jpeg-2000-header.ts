import { CodecProblem } from './codec-problem.ts';
import type { CodestreamHeader } from './codestream-header.ts';
import { isHighThroughput } from './jpeg-2000-parts.ts';

const TILES_OF_THE_STANDARD = 65_535;
/** The decoder holds something for each tile. */
const MOST_TILES = 16_384;

const SOC_SIZ = [0xff, 0x4f, 0xff, 0x51] as const;
/** The first box of a JP2 file, which some writers put into a fragment. */
const JP2_SIGNATURE = [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20] as const;
const CODESTREAM_BOX = 0x6a703263;

export function isJpeg2000(bytes: Uint8Array): boolean {
  return matches(bytes, SOC_SIZ, 0) || matches(bytes, JP2_SIGNATURE, 0);
}

/**
 * Reads the header of a JPEG 2000 codestream, high throughput or not: the SIZ marker, ITU-T T.800 A.5.1.
 * @throws CodecProblem
 */
export function readJpeg2000Header(bytes: Uint8Array): CodestreamHeader {
  const start = matches(bytes, SOC_SIZ, 0) ? 0 : startInBoxes(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const siz = start + 4;
  if (siz + 38 > bytes.byteLength) throw new CodecProblem('corrupt', 'its JPEG 2000 header is cut off');
  const number = (at: number): number => view.getUint32(siz + at);
  const components = view.getUint16(siz + 36);
  if (siz + 38 + components * 3 > bytes.byteLength) {
    throw new CodecProblem('corrupt', 'its JPEG 2000 header is cut off');
  }
  const [right, bottom, left, top] = [number(4), number(8), number(12), number(16)];
  const [tileWidth, tileHeight, tileLeft, tileTop] = [number(20), number(24), number(28), number(32)];
  if (tileWidth === 0 || tileHeight === 0 || right <= left || bottom <= top) {
    throw new CodecProblem('corrupt', 'its JPEG 2000 header says impossible sizes');
  }
  const tiles = Math.ceil((right - tileLeft) / tileWidth) * Math.ceil((bottom - tileTop) / tileHeight);
  if (tiles > TILES_OF_THE_STANDARD) {
    throw new CodecProblem('corrupt', 'its JPEG 2000 header says more tiles than there can be');
  }
  if (tiles > MOST_TILES) {
    throw new CodecProblem('too-large', `has more than ${String(MOST_TILES)} tiles in its JPEG 2000 data`);
  }
  const parts = Array.from({ length: components }, (_, i) =>
    bytes.subarray(siz + 38 + i * 3, siz + 41 + i * 3),
  );
  const [first = 0] = parts[0] ?? [];
  if (parts.some(([depth, x, y]) => depth !== first || x !== 1 || y !== 1)) {
    throw new CodecProblem('unsupported', 'has components of different size or depth in its JPEG 2000 data');
  }
  return {
    // OpenJPEG decodes both kinds, but damaged streams of high throughput hang it.
    codec: isHighThroughput(bytes, start) ? 'high-throughput' : 'jpeg-2000',
    width: right - left,
    height: bottom - top,
    components,
    precision: (first & 0x7f) + 1,
    signed: first >= 0x80,
    // A component transform is undone by the decoder: what comes out is what the encoder was given.
    isYbr: null,
    planar: false,
    start,
  };
}

/** Where the codestream begins in a JP2 file. */
function startInBoxes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 0;
  while (position + 8 <= bytes.byteLength) {
    const length = view.getUint32(position);
    const start = position + 8;
    if (view.getUint32(position + 4) === CODESTREAM_BOX && matches(bytes, SOC_SIZ, start)) return start;
    // 0 is up to the end; 1 is a length of 64 bits, which no fragment needs.
    if (length < 8) break;
    position += length;
  }
  throw new CodecProblem('corrupt', 'its JPEG 2000 data do not begin as such');
}

function matches(bytes: Uint8Array, magic: readonly number[], at: number): boolean {
  return magic.every((byte, i) => bytes[at + i] === byte);
}
