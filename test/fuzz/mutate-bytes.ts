import type { Chance } from './chance.ts';

/** Changes a file. @param other another file, to take pieces of */
export type Mutation = (bytes: Buffer, chance: Chance, other: Buffer) => Buffer;

/** What lies so near to the start is mostly header. */
const HEADER_BYTES = 512;

const flipBit: Mutation = (bytes, chance) => {
  const changed = Buffer.from(bytes);
  const at = place(bytes, chance);
  changed[at] = (changed[at] ?? 0) ^ (1 << chance.below(8));
  return changed;
};

const setBytes: Mutation = (bytes, chance) => {
  const changed = Buffer.from(bytes);
  chance.bytes(1 + chance.below(8)).copy(changed, place(bytes, chance));
  return changed;
};

const setNumber: Mutation = (bytes, chance) =>
  withNumber(bytes, place(bytes, chance), chance.pick([1, 2, 4, 8] as const), chance.happens(0.6), chance);

const cutEnd: Mutation = (bytes, chance) => bytes.subarray(0, chance.below(bytes.length));

const removePiece: Mutation = (bytes, chance) => {
  const { start, end } = piece(bytes, chance);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
};

const repeatPiece: Mutation = (bytes, chance) => {
  const { start, end } = piece(bytes, chance);
  const times = chance.pick([1, 1, 2, 16, 200]);
  return Buffer.concat([
    bytes.subarray(0, end),
    ...Array.from({ length: times }, () => bytes.subarray(start, end)),
    bytes.subarray(end),
  ]);
};

const swapPieces: Mutation = (bytes, chance) => {
  const { start, end } = piece(bytes, chance);
  const target = place(bytes, chance);
  const changed = Buffer.from(bytes);
  bytes.copy(changed, target, start, end);
  bytes.copy(changed, start, target, target + end - start);
  return changed;
};

const fillPiece: Mutation = (bytes, chance) => {
  const { start, end } = piece(bytes, chance);
  const changed = Buffer.from(bytes);
  changed.fill(chance.pick([0, 0xff, 0x80, 0x20]), start, end);
  return changed;
};

const insert: Mutation = (bytes, chance) => {
  const at = place(bytes, chance);
  return Buffer.concat([bytes.subarray(0, at), chance.bytes(1 + chance.below(16)), bytes.subarray(at)]);
};

const splice: Mutation = (bytes, chance, other) =>
  Buffer.concat([bytes.subarray(0, place(bytes, chance)), other.subarray(place(other, chance))]);

const append: Mutation = (bytes, chance, other) =>
  Buffer.concat([bytes, chance.happens(0.5) ? other : chance.bytes(1 + chance.below(4096))]);

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  flipBit,
  setBytes,
  setNumber,
  setNumber,
  setNumber,
  cutEnd,
  removePiece,
  repeatPiece,
  swapPieces,
  fillPiece,
  insert,
  splice,
  append,
];

/** One change that knows nothing of the format. */
export const mutateBytes: Mutation = (bytes, chance, other) =>
  bytes.length === 0 ? chance.bytes(16) : chance.pick(MUTATIONS)(bytes, chance, other);

/** With an odd number of `size` bytes at a place; as much of it as fits. */
export function withNumber(
  bytes: Buffer,
  at: number,
  size: 1 | 2 | 4 | 8,
  littleEndian: boolean,
  chance: Chance,
): Buffer {
  const number = Buffer.alloc(8);
  number.writeUInt32LE(chance.oddNumber(), 0);
  if (size === 8 && chance.happens(0.3)) number.writeUInt32LE(chance.oddNumber(), 4);
  const written = number.subarray(0, size);
  if (!littleEndian) written.reverse();
  const changed = Buffer.from(bytes);
  written.copy(changed, at);
  return changed;
}

function place(bytes: Buffer, chance: Chance): number {
  return chance.below(chance.happens(0.5) ? Math.min(HEADER_BYTES, bytes.length) : bytes.length);
}

function piece(bytes: Buffer, chance: Chance): { start: number; end: number } {
  const start = place(bytes, chance);
  const length = chance.pick([1, 2, 4, 12, 64, 1024]);
  return { start, end: Math.min(bytes.length, start + 1 + chance.below(length)) };
}
