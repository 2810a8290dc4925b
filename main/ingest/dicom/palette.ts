import { corrupt } from '../problems.ts';
import type { StoredValues } from '../stored-image.ts';
import type { Attributes } from './attributes.ts';
import { MAX_TABLE_ENTRIES } from './limits.ts';
import { readDescriptor, readLookupTable } from './lookup-table.ts';
import type { LookupTable } from './lookup-table.ts';

/** The colours of PALETTE COLOR images, PS3.3 C.7.9. */
export interface Palette {
  /** Bits of a colour's component: 8 or 16. */
  readonly bits: 8 | 16;
  /** Red, green and blue of one stored value after the other, beginning with `first`. */
  readonly colours: Uint8Array | Uint16Array;
  readonly first: number;
}

const CHANNELS = [
  { descriptor: 'x00281101', data: 'x00281201', segmented: 'x00281221' },
  { descriptor: 'x00281102', data: 'x00281202', segmented: 'x00281222' },
  { descriptor: 'x00281103', data: 'x00281203', segmented: 'x00281223' },
] as const;

/** @throws IngestError corrupt where a palette is absent or damaged */
export function readPalette(attributes: Attributes, signed: boolean, path: string): Palette {
  const [red, green, blue] = CHANNELS.map((channel) => {
    const table =
      readLookupTable(attributes, channel.descriptor, channel.data, signed) ??
      readSegmented(attributes, channel.descriptor, channel.segmented, signed);
    if (!table) throw corrupt(path, 'its palette of colours is absent or damaged');
    return table;
  });
  if (!red || !green || !blue) throw corrupt(path, 'its palette of colours is absent or damaged');
  const tables = [red, green, blue] as const;
  const length = Math.max(...tables.map(({ entries }) => entries.length));
  // Some writers say 16 bits and mean 8.
  const bits = red.bits > 8 && tables.some(({ entries }) => entries.some((entry) => entry > 255)) ? 16 : 8;
  const colours = bits === 8 ? new Uint8Array(length * 3) : new Uint16Array(length * 3);
  for (let i = 0; i < length; i++) {
    tables.forEach(({ entries }, channel) => {
      colours[i * 3 + channel] = entries[Math.min(i, entries.length - 1)] ?? 0;
    });
  }
  return { bits, colours, first: red.first };
}

/** Looks the colours up: [pixels] becomes [pixels, 3]. */
export function coloured(values: StoredValues, { colours, first }: Palette): Uint8Array | Uint16Array {
  const last = colours.length / 3 - 1;
  const rgb =
    colours instanceof Uint8Array ? new Uint8Array(values.length * 3) : new Uint16Array(values.length * 3);
  for (let i = 0; i < values.length; i++) {
    const entry = 3 * Math.min(last, Math.max(0, (values[i] ?? 0) - first));
    rgb[i * 3] = colours[entry] ?? 0;
    rgb[i * 3 + 1] = colours[entry + 1] ?? 0;
    rgb[i * 3 + 2] = colours[entry + 2] ?? 0;
  }
  return rgb;
}

/** A table written as runs (PS3.3 C.7.9.2); null where there is none or it does not give the entries that it should. */
function readSegmented(
  attributes: Attributes,
  descriptorTag: string,
  tag: string,
  signed: boolean,
): LookupTable | null {
  const descriptor = readDescriptor(attributes, descriptorTag, signed);
  if (!descriptor || !attributes.has(tag)) return null;
  const { count, first, bits } = descriptor;
  const data = bits > 8 ? attributes.words(tag) : attributes.bytesOfWords(tag);
  const entries: number[] = [];
  return expand(data, bits > 8, entries) && entries.length >= count
    ? { first, bits, entries: Uint16Array.from(entries.slice(0, count)) }
    : null;
}

const DISCRETE = 0;
const LINEAR = 1;
const INDIRECT = 2;

/** Appends the entries of all segments; false where they are damaged. */
function expand(data: Uint8Array | Uint16Array, wide: boolean, entries: number[]): boolean {
  /** Offsets of indirect segments, of 32 bits least significant part first. */
  const offsetAt = (at: number): number =>
    wide
      ? (data[at] ?? 0) + (data[at + 1] ?? 0) * 65_536
      : (data[at] ?? 0) +
        (data[at + 1] ?? 0) * 256 +
        (data[at + 2] ?? 0) * 65_536 +
        (data[at + 3] ?? 0) * 16_777_216;

  /** Appends one discrete or linear segment and returns where the next begins; null where it is damaged. */
  const simple = (at: number): number | null => {
    const length = data[at + 1];
    if (length === undefined || length === 0 || entries.length + length > MAX_TABLE_ENTRIES) return null;
    if (data[at] === DISCRETE) {
      if (at + 2 + length > data.length) return null;
      for (let i = 0; i < length; i++) entries.push(data[at + 2 + i] ?? 0);
      return at + 2 + length;
    }
    const [from, to] = [entries.at(-1), data[at + 2]];
    if (data[at] !== LINEAR || from === undefined || to === undefined) return null;
    for (let i = 1; i <= length; i++) entries.push(Math.round(from + ((to - from) * i) / length));
    return at + 3;
  };

  let at = 0;
  while (at < data.length) {
    // A last byte that makes the length even.
    if (!wide && at === data.length - 1 && data[at] === 0) return true;
    if (data[at] !== INDIRECT) {
      const next = simple(at);
      if (next === null) return false;
      at = next;
      continue;
    }
    // An indirect segment repeats segments that came before; it never leads to another indirect one.
    let copied: number | null = offsetAt(at + 2);
    const segments = data[at + 1] ?? 0;
    if (copied >= at) return false;
    for (let i = 0; i < segments; i++) {
      copied = simple(copied);
      if (copied === null) return false;
    }
    at += wide ? 4 : 6;
  }
  return true;
}
