import { corrupt, truncated } from '../problems.ts';
import type { Attributes, Element } from './attributes.ts';
import { MAX_FRAGMENTS } from './limits.ts';

const EXTENDED_OFFSETS = 'x7fe00001';
const ITEM_HEADER_BYTES = 8;

/** The pieces of compressed pixel data (PS3.5 A.4), by where their bytes begin and how many they are. */
interface Fragments {
  readonly starts: number[];
  readonly lengths: number[];
  /** Where the first item behind the offset table begins: offsets count from there. */
  readonly base: number;
  /** Of the basic offset table. */
  readonly offsets: readonly number[];
}

/** Compressed frames. */
export interface EncapsulatedFrames {
  /** The whole codestream of a frame; its fragments joined where there are several. */
  read(frame: number): Uint8Array;
}

/**
 * Finds the frames in compressed pixel data: one fragment each, or by an offset table, or, where there is none, by the
 * codestreams' own beginnings.
 * @throws IngestError truncated, corrupt
 */
export function encapsulatedFrames(
  attributes: Attributes,
  element: Element,
  order: 'little' | 'big',
  frames: number,
  path: string,
): EncapsulatedFrames {
  const { bytes } = attributes;
  const fragments = readFragments(bytes, element.offset, order === 'little', frames, path);
  const firsts = firstFragments(attributes, fragments, frames);
  if (firsts === null) {
    throw corrupt(
      path,
      `its ${String(fragments.starts.length)} compressed pieces do not make ${String(frames)} frames`,
    );
  }
  const read = (frame: number): Uint8Array => {
    const first = firsts[frame] ?? 0;
    const after = firsts[frame + 1] ?? fragments.starts.length;
    const pieces = [];
    for (let i = first; i < after; i++) {
      const start = fragments.starts[i] ?? 0;
      pieces.push(bytes.subarray(start, start + (fragments.lengths[i] ?? 0)));
    }
    const [only] = pieces;
    return only !== undefined && pieces.length === 1 ? only : joined(pieces);
  };
  return { read };
}

/** @throws IngestError truncated where the file ends before the delimiter, and frames or bytes are missing */
function readFragments(
  bytes: Uint8Array,
  start: number,
  little: boolean,
  frames: number,
  path: string,
): Fragments {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts: number[] = [];
  const lengths: number[] = [];
  let offsets: number[] | null = null;
  let base = start;
  let position = start;
  while (position + ITEM_HEADER_BYTES <= bytes.byteLength) {
    const tag = view.getUint16(position, little) * 0x10000 + view.getUint16(position + 2, little);
    const length = view.getUint32(position + 4, little);
    if (tag === SEQUENCE_END) return { starts, lengths, base, offsets: offsets ?? [] };
    if (tag !== ITEM) throw corrupt(path, 'its compressed pixels are not divided as they should be');
    position += ITEM_HEADER_BYTES;
    if (position + length > bytes.byteLength) throw truncated(path);
    if (offsets === null) {
      offsets = [];
      // An offset table of another size than that of the frames is of no use, and may be of any size.
      const entries = length === frames * 4 ? frames : 0;
      for (let i = 0; i < entries; i++) offsets.push(view.getUint32(position + i * 4, little));
      base = position + length;
    } else {
      if (starts.length === MAX_FRAGMENTS) {
        throw corrupt(path, `it has more than ${String(MAX_FRAGMENTS)} compressed pieces`);
      }
      starts.push(position);
      lengths.push(length);
    }
    position += length;
  }
  // The delimiter alone is forgotten by some writers: then the last piece ends with the file.
  if (starts.length < frames || position !== bytes.byteLength) throw truncated(path);
  return { starts, lengths, base, offsets: offsets ?? [] };
}

const ITEM = 0xfffee000;
const SEQUENCE_END = 0xfffee0dd;

/** The index of the first fragment of each frame; null where none of the ways gives all the frames. */
function firstFragments(attributes: Attributes, fragments: Fragments, frames: number): number[] | null {
  const count = fragments.starts.length;
  if (count < frames) return null;
  if (frames === 1) return [0];
  if (count === frames) return fragments.starts.map((_, i) => i);
  return (
    byOffsets(fragments, extendedOffsets(attributes, frames)) ??
    byOffsets(fragments, fragments.offsets) ??
    byBeginnings(attributes.bytes, fragments, frames)
  );
}

/** PS3.3 C.7.6.3.1.8: an array of 64-bit offsets. */
function extendedOffsets(attributes: Attributes, frames: number): number[] {
  const raw = attributes.raw(EXTENDED_OFFSETS);
  if (raw?.byteLength !== frames * 8) return [];
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: frames }, (_, i) => Number(view.getBigUint64(i * 8, true)));
}

function byOffsets({ starts, base }: Fragments, offsets: readonly number[]): number[] | null {
  if (offsets.length === 0) return null;
  const indices = new Map(starts.map((start, i) => [start - ITEM_HEADER_BYTES - base, i]));
  const firsts: number[] = [];
  for (const offset of offsets) {
    const index = indices.get(offset);
    if (index === undefined || index <= (firsts.at(-1) ?? -1)) return null;
    firsts.push(index);
  }
  return firsts[0] === 0 ? firsts : null;
}

/** JPEG, JPEG-LS (SOI and a marker) and JPEG 2000 (SOC and SIZ) say where they begin; run-length codes do not. */
function byBeginnings(bytes: Uint8Array, { starts }: Fragments, frames: number): number[] | null {
  const firsts = starts.flatMap((start, i) => (beginsCodestream(bytes, start) ? [i] : []));
  return firsts.length === frames && firsts[0] === 0 ? firsts : null;
}

function beginsCodestream(bytes: Uint8Array, at: number): boolean {
  const [a, b, c, d] = bytes.subarray(at, at + 4);
  return a === 0xff && ((b === 0xd8 && c === 0xff) || (b === 0x4f && c === 0xff && d === 0x51));
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.byteLength;
  }
  return whole;
}
