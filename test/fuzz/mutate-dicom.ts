import { deflateRawSync } from 'node:zlib';
import type { Chance } from './chance.ts';
import { withNumber } from './mutate-bytes.ts';
import type { Mutation } from './mutate-bytes.ts';

/** The header of one attribute, item or delimiter, sequences flattened. */
interface Header {
  readonly start: number;
  readonly little: boolean;
  readonly vr: string | null;
  readonly lengthAt: number;
  readonly lengthBytes: 2 | 4;
  readonly value: number;
  /** Behind the value; where the next begins for what has items or no length. */
  readonly end: number;
}

const PREAMBLE = 132;
const MOST_HEADERS = 2000;
const UNDEFINED = 0xffffffff;
/** PS3.5 7.1.2: two reserved bytes and a length of four. */
const LONG = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'SQ', 'UC', 'UN', 'UR', 'UT', 'SV', 'UV']);
const TYPES = [
  'US',
  'SS',
  'UL',
  'FL',
  'FD',
  'DS',
  'IS',
  'OB',
  'OW',
  'OV',
  'SQ',
  'UN',
  'UT',
  'CS',
  'zz',
  '\0\0',
];
/** Group and element: pixels of each kind, items, what says how pixels lie, tables, functional groups. */
const TAGS: readonly (readonly [number, number])[] = [
  [0x7fe0, 0x10],
  [0x7fe0, 0x08],
  [0x7fe0, 0x09],
  [0x7fe0, 0x01],
  [0xfffe, 0xe000],
  [0xfffe, 0xe00d],
  [0xfffe, 0xe0dd],
  [0x28, 0x02],
  [0x28, 0x04],
  [0x28, 0x08],
  [0x28, 0x10],
  [0x28, 0x100],
  [0x28, 0x103],
  [0x28, 0x120],
  [0x28, 0x1050],
  [0x28, 0x1101],
  [0x28, 0x3000],
  [0x28, 0x3010],
  [0x20, 0x32],
  [0x3004, 0x0c],
  [0x5200, 0x9229],
  [0x5200, 0x9230],
];
const SYNTAXES = [
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.2',
  '1.2.840.10008.1.2.1.99',
  '1.2.840.10008.1.2.5',
  ...['50', '51', '57', '70', '80', '81', '90', '91', '201', '203', '100'].map(
    (n) => `1.2.840.10008.1.2.4.${n}`,
  ),
];
const TEXTS = [
  '0',
  '-1',
  '1',
  '65536',
  '100000',
  '4294967295',
  '1e308',
  '-1e-308',
  'NaN',
  '\\\\\\',
  '',
  ' ',
  '1\\',
];
const PHOTOMETRICS = ['MONOCHROME1', 'PALETTE COLOR', 'RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_ICT', 'CMYK'];

/** One change of an attribute: its tag, type, length, value, place or depth. */
export const mutateDicom: Mutation = (bytes, chance) => {
  const headers = readHeaders(bytes);
  if (headers.length === 0) return bytes;
  // The last ones say how the pixels lie.
  const header = chance.happens(0.5)
    ? chance.pick(headers)
    : (headers[headers.length - 1 - chance.below(Math.min(30, headers.length))] ?? chance.pick(headers));
  return chance.pick(CHANGES)(bytes, header, chance, headers);
};

type Change = (bytes: Buffer, header: Header, chance: Chance, all: readonly Header[]) => Buffer;

const setLength: Change = (bytes, { lengthAt, lengthBytes, little }, chance) =>
  withNumber(bytes, lengthAt, lengthBytes, little, chance);

const setType: Change = (bytes, { start, vr }, chance) =>
  vr === null ? bytes : replaced(bytes, start + 4, start + 6, Buffer.from(chance.pick(TYPES), 'latin1'));

const setTag: Change = (bytes, { start, little }, chance) => {
  const tag = Buffer.alloc(4);
  const [group, element] = chance.pick(TAGS);
  if (little) {
    tag.writeUInt16LE(group, 0);
    tag.writeUInt16LE(element, 2);
  } else {
    tag.writeUInt16BE(group, 0);
    tag.writeUInt16BE(element, 2);
  }
  return replaced(bytes, start, start + 4, tag);
};

const setValue: Change = (bytes, header, chance) => {
  const { value, end, vr, little } = header;
  if (vr === 'US' || vr === 'SS' || vr === 'UL' || vr === 'FD' || end - value === 2 || end - value === 4) {
    return withNumber(bytes, value, end - value >= 4 ? 4 : 2, little, chance);
  }
  const text = chance.happens(0.8) ? chance.pick(TEXTS) : chance.pick(PHOTOMETRICS);
  return withValue(bytes, header, Buffer.from(text.length % 2 === 0 ? text : `${text} `, 'latin1'));
};

const remove: Change = (bytes, { start, end }) => replaced(bytes, start, end, Buffer.alloc(0));

const moveCopy: Change = (bytes, { start, end }, chance, all) => {
  const target = chance.pick(all).start;
  return replaced(bytes, target, target, bytes.subarray(start, end));
};

const nest: Change = (bytes, { start, end, vr }, chance) => {
  const depth = chance.pick([1, 2, 8, 40, 3000]);
  const length = Buffer.from('ffffffff', 'hex');
  const sequence = Buffer.concat([
    Buffer.from('08004011', 'hex'),
    vr === null ? length : Buffer.concat([Buffer.from('SQ\0\0', 'latin1'), length]),
    Buffer.from('feff00e0', 'hex'),
    length,
  ]);
  const ends = Buffer.from('feff0de000000000feffdde000000000', 'hex');
  const closed = chance.happens(0.7) ? depth : chance.below(depth);
  return Buffer.concat([
    bytes.subarray(0, start),
    ...Array.from({ length: depth }, () => sequence),
    bytes.subarray(start, end),
    ...Array.from({ length: closed }, () => ends),
    bytes.subarray(end),
  ]);
};

const setSyntax: Change = (bytes, _, chance, all) => {
  const header = all.find(({ start }) => bytes.readUInt32LE(start) === 0x00100002);
  if (!header) return bytes;
  const uid = chance.pick(SYNTAXES);
  const changed = withValue(bytes, header, Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`, 'latin1'));
  const body = all.find(({ start }) => bytes.readUInt16LE(start) !== 2);
  if (!uid.endsWith('.99') || !body || chance.happens(0.3)) return changed;
  const start = body.start + changed.length - bytes.length;
  return Buffer.concat([changed.subarray(0, start), deflateRawSync(changed.subarray(start), { level: 1 })]);
};

/** Items of compressed pixels or of sequences. */
const repeat: Change = (bytes, { start, end }, chance) => {
  const times = chance.pick([1, 3, 50]);
  return replaced(
    bytes,
    end,
    end,
    Buffer.concat(Array.from({ length: times }, () => bytes.subarray(start, end))),
  );
};

const CHANGES: readonly Change[] = [
  setLength,
  setLength,
  setType,
  setTag,
  setValue,
  setValue,
  setValue,
  remove,
  moveCopy,
  nest,
  setSyntax,
  repeat,
];

function withValue(bytes: Buffer, header: Header, value: Buffer): Buffer {
  const { lengthAt, lengthBytes, little, end } = header;
  const changed = replaced(bytes, header.value, end, value);
  if (little) changed.writeUIntLE(value.length, lengthAt, lengthBytes);
  else changed.writeUIntBE(value.length, lengthAt, lengthBytes);
  return changed;
}

function replaced(bytes: Buffer, start: number, end: number, by: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, start), by, bytes.subarray(end)]);
}

/** Walks a file that is in order; stops where it is not. */
function readHeaders(bytes: Buffer): Header[] {
  const headers: Header[] = [];
  let at = bytes.toString('latin1', 128, PREAMBLE) === 'DICM' ? PREAMBLE : 0;
  while (at + 12 <= bytes.length && headers.length < MOST_HEADERS) {
    const header = readHeader(bytes, at);
    headers.push(header);
    if (header.end > bytes.length || header.end <= at) break;
    at = header.end;
  }
  return headers;
}

function readHeader(bytes: Buffer, start: number): Header {
  // Groups before the pixels are small: the byte that is 0 tells the order. Items and pixels have neither.
  const little = bytes[start + 1] === 0 || bytes[start] === 0xfe || bytes[start] === 0xe0;
  const group = little ? bytes.readUInt16LE(start) : bytes.readUInt16BE(start);
  const isItem = group === 0xfffe;
  const type = bytes.toString('latin1', start + 4, start + 6);
  const vr = !isItem && /^[A-Z]{2}$/.test(type) ? type : null;
  const long = vr === null || LONG.has(vr);
  const lengthAt = start + (vr === null ? 4 : long ? 8 : 6);
  const lengthBytes = long ? 4 : 2;
  const value = lengthAt + lengthBytes;
  const length = little ? bytes.readUIntLE(lengthAt, lengthBytes) : bytes.readUIntBE(lengthAt, lengthBytes);
  // Items of the pixels have bytes, those of sequences have attributes, which begin with a small group.
  const hasItems = vr === 'SQ' || length === UNDEFINED || (isItem && bytes[value + 1] === 0 && length > 8);
  return { start, little, vr, lengthAt, lengthBytes, value, end: hasItems ? value : value + length };
}
