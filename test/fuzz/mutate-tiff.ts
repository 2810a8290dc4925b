import type { Chance } from './chance.ts';
import { withNumber } from './mutate-bytes.ts';
import type { Mutation } from './mutate-bytes.ts';

/** Where the fields of all pages lie, and the offsets that lead from one page to the next. */
interface Places {
  readonly little: boolean;
  readonly big: boolean;
  readonly entries: readonly number[];
  readonly directories: readonly number[];
  readonly links: readonly number[];
}

const MOST_DIRECTORIES = 50;
const COMPRESSIONS = [1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946, 34712, 34925, 50000, 50001, 0, 9];
const PHOTOMETRICS = [0, 1, 2, 3, 4, 5, 6, 8, 9, 32803, 32844, 32845, 34892];
/** Tags that decide how pixels lie, and what each is mostly set to. */
const FIELDS: readonly (readonly [number, readonly number[]])[] = [
  [256, [0, 1, 7, 16384, 40000, 65535, 4000000]],
  [257, [0, 1, 7, 16384, 40000, 65535, 4000000]],
  [258, [0, 1, 2, 4, 8, 12, 16, 24, 31, 32, 64, 65535]],
  [259, COMPRESSIONS],
  [262, PHOTOMETRICS],
  [266, [1, 2]],
  [274, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [277, [0, 1, 2, 3, 4, 5, 255, 65535]],
  [278, [0, 1, 3, 65535, 0xffffffff]],
  [284, [1, 2]],
  [317, [1, 2, 3, 4]],
  [322, [0, 1, 16, 65536]],
  [323, [0, 1, 16, 65536]],
  [338, [0, 1, 2]],
  [339, [1, 2, 3, 4, 5, 6]],
];

/** One change of a field or of the chain of pages. */
export const mutateTiff: Mutation = (bytes, chance) => {
  const places = readPlaces(bytes);
  if (places === null || places.entries.length === 0) return bytes;
  return chance.pick(CHANGES)(bytes, chance, places);
};

type Change = (bytes: Buffer, chance: Chance, places: Places) => Buffer;

/** Tag, type, number of values, or the value or its place. */
const setPart: Change = (bytes, chance, { little, big, entries }) => {
  const parts = big
    ? ([[0, 2], [2, 2], [4, 8], [12, 8]] as const) // prettier-ignore
    : ([[0, 2], [2, 2], [4, 4], [8, 4], [8, 2]] as const); // prettier-ignore
  const [offset, size] = chance.pick<readonly [number, 2 | 4 | 8]>(parts);
  return withNumber(bytes, chance.pick(entries) + offset, size, little, chance);
};

const setType: Change = (bytes, chance, { little, entries }) =>
  written(bytes, chance.pick(entries) + 2, chance.below(20), 2, little);

/** A field that there is, to a value that means something. */
const setMeaning: Change = (bytes, chance, { little, big, entries }) => {
  const [tag, values] = chance.pick(FIELDS);
  const read = (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const entry = entries.find((at) => read(at) === tag) ?? chance.pick(entries);
  const changed = written(bytes, entry, tag, 2, little);
  const value = chance.pick(values);
  const size = read(entry + 2) === 3 && value < 0x10000 ? 2 : 4;
  return written(changed, entry + (big ? 12 : 8), value, size, little);
};

const relink: Change = (bytes, chance, { little, links, directories }) =>
  written(
    bytes,
    chance.pick(links),
    chance.happens(0.7) ? chance.pick(directories) : chance.below(bytes.length + 8),
    4,
    little,
  );

const swapEntries: Change = (bytes, chance, { big, entries }) => {
  const size = big ? 20 : 12;
  const [from, to] = [chance.pick(entries), chance.pick(entries)];
  const changed = Buffer.from(bytes);
  bytes.copy(changed, to, from, from + size);
  bytes.copy(changed, from, to, to + size);
  return changed;
};

const CHANGES: readonly Change[] = [
  setPart,
  setPart,
  setMeaning,
  setMeaning,
  setMeaning,
  setType,
  relink,
  swapEntries,
];

function written(bytes: Buffer, at: number, value: number, size: 2 | 4, little: boolean): Buffer {
  if (at + size > bytes.length) return bytes;
  const changed = Buffer.from(bytes);
  if (little) changed.writeUIntLE(value, at, size);
  else changed.writeUIntBE(value, at, size);
  return changed;
}

function readPlaces(bytes: Buffer): Places | null {
  if (bytes.length < 16) return null;
  const little = bytes[0] === 0x49;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const big = view.getUint16(2, little) === 43;
  const number = (at: number): number => {
    if (at + 8 > bytes.length) return 0;
    return big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
  };
  const entries: number[] = [];
  const directories: number[] = [];
  const links = [big ? 8 : 4];
  let at = number(big ? 8 : 4);
  while (at > 0 && at + 8 <= bytes.length && directories.length < MOST_DIRECTORIES) {
    directories.push(at);
    const count = big ? number(at) : view.getUint16(at, little);
    const first = at + (big ? 8 : 2);
    const size = big ? 20 : 12;
    for (let i = 0; i < count && first + (i + 1) * size <= bytes.length; i++) entries.push(first + i * size);
    const link = first + count * size;
    if (link + 8 > bytes.length) break;
    links.push(link);
    at = number(link);
    if (directories.includes(at)) break;
  }
  return { little, big, entries, directories, links };
}
