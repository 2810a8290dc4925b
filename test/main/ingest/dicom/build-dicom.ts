import { deflateRawSync } from 'node:zlib';

/** How a data set is written, PS3.5 7.1 and 10.1. */
export type Syntax = 'implicit' | 'explicit' | 'big' | 'deflated';

export const SYNTAX_UIDS: Readonly<Record<Syntax, string>> = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  big: '1.2.840.10008.1.2.2',
  deflated: '1.2.840.10008.1.2.1.99',
};

/** An attribute: its tag, its type, and its value: text, numbers by the type, bytes as they are, or the items of a sequence. */
export interface Attribute {
  readonly tag: number;
  readonly vr: string;
  readonly value: string | readonly number[] | Uint8Array | readonly (readonly Attribute[])[];
  /** Of a sequence: with delimiters instead of lengths. */
  readonly open?: boolean;
}

export const text = (tag: number, vr: string, value: string): Attribute => ({ tag, vr, value });
export const numbers = (tag: number, vr: string, ...value: number[]): Attribute => ({ tag, vr, value });
export const raw = (tag: number, vr: string, value: Uint8Array): Attribute => ({ tag, vr, value });
export const sequence = (tag: number, ...items: (readonly Attribute[])[]): Attribute => ({
  tag,
  vr: 'SQ',
  value: items,
});

/** A data set in order of its tags, without preamble and meta header. */
export function dataSet(attributes: readonly Attribute[], syntax: Syntax): Buffer {
  const big = syntax === 'big';
  return Buffer.concat(
    [...attributes]
      .sort((a, b) => a.tag - b.tag)
      .map((attribute) => element(attribute, syntax !== 'implicit', big)),
  );
}

/** A file with preamble and meta header. */
export function dicomFile(
  attributes: readonly Attribute[],
  syntax: Syntax = 'explicit',
  uid: string = SYNTAX_UIDS[syntax],
): Buffer {
  const body = dataSet(attributes, syntax);
  const meta = dataSet([text(0x00020010, 'UI', uid)], 'explicit');
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    meta,
    syntax === 'deflated' ? deflateRawSync(body) : body,
  ]);
}

/** The attributes of a grey image; others replace or join them. */
export function greyImage(
  columns: number,
  rows: number,
  bits: { allocated: number; stored?: number; signed?: boolean },
  pixels: Uint8Array,
  ...others: Attribute[]
): Attribute[] {
  const { allocated, stored = allocated, signed = false } = bits;
  const own = [
    text(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'),
    numbers(0x00280002, 'US', 1),
    text(0x00280004, 'CS', 'MONOCHROME2'),
    numbers(0x00280010, 'US', rows),
    numbers(0x00280011, 'US', columns),
    numbers(0x00280100, 'US', allocated),
    numbers(0x00280101, 'US', stored),
    numbers(0x00280102, 'US', stored - 1),
    numbers(0x00280103, 'US', signed ? 1 : 0),
    raw(0x7fe00010, allocated > 8 ? 'OW' : 'OB', pixels),
  ];
  const replaced = new Set(others.map(({ tag }) => tag));
  return [...own.filter(({ tag }) => !replaced.has(tag)), ...others];
}

/** The attributes of an image in colour, 8 bits, samples interleaved. */
export function colourImage(
  columns: number,
  rows: number,
  photometric: string,
  pixels: Uint8Array,
  ...others: Attribute[]
): Attribute[] {
  return greyImage(
    columns,
    rows,
    { allocated: 8 },
    pixels,
    numbers(0x00280002, 'US', 3),
    text(0x00280004, 'CS', photometric),
    numbers(0x00280006, 'US', 0),
    ...others,
  );
}

export function words(...values: number[]): Buffer {
  return integers(values, 2, false);
}

/** Compressed pixel data of undefined length: the offset table, then the fragments, then the delimiter (PS3.5 A.4). */
export function encapsulated(offsets: readonly number[], fragments: readonly Uint8Array[]): Buffer {
  const items = [integers(offsets, 4, false), ...fragments].map((bytes) =>
    Buffer.concat([header(0xfffee000, bytes.byteLength, false), bytes]),
  );
  return Buffer.concat([...items, header(0xfffee0dd, 0, false)]);
}

const LONG = new Set(['OB', 'OW', 'OF', 'OD', 'OV', 'SQ', 'UN', 'UT', 'SV', 'UV']);

function element({ tag, vr, value, open = false }: Attribute, explicit: boolean, big: boolean): Buffer {
  const isCompressed = tag === 0x7fe00010 && vr === 'OB' && value instanceof Uint8Array && isItem(value);
  const body = bytesOf(vr, value, open, explicit, big);
  const padded =
    body.byteLength % 2 === 0 ? body : Buffer.concat([body, Buffer.from(vr === 'UI' ? [0] : [32])]);
  const length = open || isCompressed ? 0xffffffff : padded.byteLength;
  if (!explicit) return Buffer.concat([header(tag, length, big), padded]);
  const start = header(tag, 0, big).subarray(0, 4);
  if (!LONG.has(vr)) {
    return Buffer.concat([start, Buffer.from(vr), integers([length], 2, big), padded]);
  }
  return Buffer.concat([start, Buffer.from(vr), Buffer.alloc(2), integers([length], 4, big), padded]);
}

function bytesOf(
  vr: string,
  value: Attribute['value'],
  open: boolean,
  explicit: boolean,
  big: boolean,
): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'latin1');
  if (value instanceof Uint8Array) return Buffer.from(value);
  const parts = value.map((item) =>
    typeof item === 'number' ? numberBytes(vr, item, big) : itemBytes(item, open, explicit, big),
  );
  if (open) parts.push(header(0xfffee0dd, 0, big));
  return Buffer.concat(parts);
}

function itemBytes(item: readonly Attribute[], open: boolean, explicit: boolean, big: boolean): Buffer {
  const body = Buffer.concat(item.map((attribute) => element(attribute, explicit, big)));
  return open
    ? Buffer.concat([header(0xfffee000, 0xffffffff, big), body, header(0xfffee00d, 0, big)])
    : Buffer.concat([header(0xfffee000, body.byteLength, big), body]);
}

function numberBytes(vr: string, value: number, big: boolean): Buffer {
  const bytes = Buffer.alloc(vr === 'FD' ? 8 : 4);
  switch (vr) {
    case 'US':
    case 'SS':
      return integers([value], 2, big);
    case 'UL':
    case 'SL':
      return integers([value], 4, big);
    case 'FL':
      if (big) bytes.writeFloatBE(value);
      else bytes.writeFloatLE(value);
      return bytes;
    case 'FD':
      if (big) bytes.writeDoubleBE(value);
      else bytes.writeDoubleLE(value);
      return bytes;
    default:
      throw new Error(`The builder writes no numbers of type ${vr}`);
  }
}

function header(tag: number, length: number, big: boolean): Buffer {
  return Buffer.concat([
    integers([Math.floor(tag / 0x10000), tag % 0x10000], 2, big),
    integers([length], 4, big),
  ]);
}

function integers(values: readonly number[], size: 2 | 4, big: boolean): Buffer {
  const bytes = Buffer.alloc(values.length * size);
  values.forEach((value, i) => {
    const unsigned = value < 0 ? value + 2 ** (size * 8) : value;
    if (big) bytes.writeUIntBE(unsigned, i * size, size);
    else bytes.writeUIntLE(unsigned, i * size, size);
  });
  return bytes;
}

/** Begins with an item of FFFE,E000. */
function isItem(bytes: Uint8Array): boolean {
  return bytes[0] === 0xfe && bytes[1] === 0xff && bytes[2] === 0 && bytes[3] === 0xe0;
}
