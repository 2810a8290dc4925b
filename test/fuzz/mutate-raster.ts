import { crc32, deflateSync, inflateSync } from 'node:zlib';
import type { Chance } from './chance.ts';
import { mutateBytes, withNumber } from './mutate-bytes.ts';
import type { Mutation } from './mutate-bytes.ts';

const BMP_HEADERS = 14 + 124;

/** One number of a BMP's headers. */
export const mutateBmp: Mutation = (bytes, chance) =>
  withNumber(
    bytes,
    2 * chance.below(Math.min(BMP_HEADERS, bytes.length) / 2),
    chance.pick([2, 4] as const),
    true,
    chance,
  );

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

const SIGNATURE_BYTES = 8;

/** One chunk of a PNG, whose checksums are right afterwards: what they would catch is not looked at otherwise. */
export const mutatePng: Mutation = (bytes, chance, other) => {
  const chunks = readChunks(bytes);
  if (chunks.length === 0) return bytes;
  const at = chance.below(chunks.length);
  const chunk = chunks[at];
  if (!chunk) return bytes;
  switch (chance.below(6)) {
    case 0:
      chunks.splice(at, 1);
      break;
    case 1:
      chunks.splice(chance.below(chunks.length), 0, chunk);
      break;
    case 2:
      chunks[at] = { type: chunk.type, data: unpackedAndChanged(chunk.data, chance, other) };
      break;
    case 3:
      chunks[0] = { type: 'IHDR', data: changedHeader(chunks[0]?.data ?? chunk.data, chance) };
      break;
    default:
      chunks[at] = { type: chunk.type, data: mutateBytes(chunk.data, chance, other) };
  }
  return Buffer.concat([bytes.subarray(0, SIGNATURE_BYTES), ...chunks.map(written)]);
};

/** Sizes, then depth, colours, compression, filter, interlacing. */
function changedHeader(data: Buffer, chance: Chance): Buffer {
  if (chance.happens(0.5)) return withNumber(data, 4 * chance.below(2), 4, false, chance);
  const changed = Buffer.from(data);
  changed[8 + chance.below(5)] = chance.pick([0, 1, 2, 3, 4, 6, 8, 16]);
  return changed;
}

function unpackedAndChanged(data: Buffer, chance: Chance, other: Buffer): Buffer {
  try {
    return deflateSync(mutateBytes(inflateSync(data), chance, other));
  } catch {
    // A chunk that is not packed is changed as it is.
    return mutateBytes(data, chance, other);
  }
}

function readChunks(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (at + 12 + length > bytes.length) break;
    chunks.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      data: bytes.subarray(at + 8, at + 8 + length),
    });
    at += 12 + length;
  }
  return chunks;
}

function written({ type, data }: Chunk): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}

/** One number in a segment of a JPEG before its scan: sizes, tables, Exif. */
export const mutateJpeg: Mutation = (bytes, chance) => {
  const places: number[] = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const length = bytes.readUInt16BE(at + 2);
    for (let i = at; i < Math.min(at + 24, at + 2 + length); i++) places.push(i);
    if (bytes[at + 1] === 0xda) break;
    at += 2 + length;
  }
  if (places.length === 0) return bytes;
  return withNumber(bytes, chance.pick(places), chance.pick([1, 2] as const), false, chance);
};

/** One number of a RIFF's chunks: types, lengths, sizes of frames. */
export const mutateWebp: Mutation = (bytes, chance) =>
  withNumber(bytes, chance.below(Math.min(64, bytes.length)), chance.pick([1, 2, 4] as const), true, chance);
