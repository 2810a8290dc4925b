import { CodecProblem } from './codec-problem.ts';
import type { CodestreamHeader } from './codestream-header.ts';

/** Every scan of a progressive image is a pass over all of it; encoders use some ten. */
const MOST_SCANS = 200;

/** A sequence of JPEG segments, ITU-T T.81 annex B. */
interface Frame {
  readonly marker: number;
  readonly precision: number;
  readonly height: number;
  readonly width: number;
  readonly components: readonly number[];
}

/**
 * Reads the header of a JPEG or JPEG-LS codestream.
 * @throws CodecProblem
 */
export function readJpegHeader(bytes: Uint8Array): CodestreamHeader {
  let adobe: number | null = null;
  let isJfif = false;
  let frame: Frame | null = null;
  let inFirstScan = 0;
  for (const { marker, body } of segments(bytes)) {
    if (marker === APP0 && startsWith(body, 'JFIF')) isJfif = true;
    // The transform is the last byte of "Adobe", version, two flags, transform.
    if (marker === APP14 && startsWith(body, 'Adobe')) adobe = body[11] ?? null;
    if (marker === SOS) inFirstScan = body[0] ?? 0;
    if (isFrame(marker)) {
      if (frame) throw new CodecProblem('corrupt', 'its JPEG data have two frames in one');
      frame = readFrame(marker, body);
    }
  }
  if (!frame) throw new CodecProblem('corrupt', 'its JPEG data have no header');
  const { marker, precision, width, height, components } = frame;
  const common = { width, height, components: components.length, precision, signed: false, start: 0 };
  if (marker === SOF_LS) {
    return { codec: 'jpeg-ls', ...common, isYbr: null, planar: inFirstScan < components.length };
  }
  if (marker > SOF_LOSSLESS) {
    throw new CodecProblem('unsupported', 'is compressed by hierarchical or arithmetic JPEG');
  }
  if (marker === SOF_PROGRESSIVE) checkScans(bytes);
  if (marker === SOF_LOSSLESS) return { codec: 'jpeg-lossless', ...common, isYbr: null, planar: false };
  return { codec: 'jpeg', ...common, isYbr: isYbrBy(adobe, isJfif, components), planar: false };
}

/**
 * Adobe's marker says it outright; then the components may be named R, G, B; a JFIF file is YCbCr whatever its photometric
 * interpretation says, which many writers leave at RGB.
 */
function isYbrBy(adobe: number | null, isJfif: boolean, components: readonly number[]): boolean | null {
  if (adobe !== null) return adobe === 1;
  if (String.fromCharCode(...components) === 'RGB') return false;
  return isJfif ? true : null;
}

const SOI = 0xd8;
const SOS = 0xda;
const EOI = 0xd9;
const APP0 = 0xe0;
const APP14 = 0xee;
const SOF_PROGRESSIVE = 0xc2;
const SOF_LOSSLESS = 0xc3;
const SOF_LS = 0xf7;

/** Frames, which Huffman tables (C4), reserved (C8) and arithmetic conditioning (CC) are not. */
function isFrame(marker: number): boolean {
  const among = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
  return among || marker === SOF_LS;
}

/** The segments up to the header of the first scan. */
function* segments(bytes: Uint8Array): Generator<{ marker: number; body: Uint8Array }, void> {
  if (bytes[0] !== 0xff || bytes[1] !== SOI)
    throw new CodecProblem('corrupt', 'its JPEG data do not begin as such');
  let position = 2;
  while (position + 4 <= bytes.byteLength) {
    const marker = bytes[position + 1] ?? 0;
    if (bytes[position] !== 0xff) throw new CodecProblem('corrupt', 'its JPEG header is damaged');
    // Any number of FF may come before a marker.
    if (marker === 0xff) {
      position++;
      continue;
    }
    if (marker === EOI) return;
    const length = (bytes[position + 2] ?? 0) * 256 + (bytes[position + 3] ?? 0);
    const end = position + 2 + length;
    if (length < 2 || end > bytes.byteLength) throw new CodecProblem('corrupt', 'its JPEG header is cut off');
    yield { marker, body: bytes.subarray(position + 4, end) };
    if (marker === SOS) return;
    position = end;
  }
}

function readFrame(marker: number, body: Uint8Array): Frame {
  const count = body[5] ?? 0;
  if (body.byteLength < 6 + count * 3 || count === 0)
    throw new CodecProblem('corrupt', 'its JPEG header is cut off');
  return {
    marker,
    precision: body[0] ?? 0,
    height: (body[1] ?? 0) * 256 + (body[2] ?? 0),
    width: (body[3] ?? 0) * 256 + (body[4] ?? 0),
    components: Array.from({ length: count }, (_, i) => body[6 + i * 3] ?? 0),
  };
}

function checkScans(bytes: Uint8Array): void {
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === SOS && ++scans > MOST_SCANS) {
      throw new CodecProblem('too-large', `has more than ${String(MOST_SCANS)} scans in its JPEG data`);
    }
  }
}

function startsWith(body: Uint8Array, text: string): boolean {
  return Array.from(text).every((letter, i) => body[i] === letter.charCodeAt(0));
}
