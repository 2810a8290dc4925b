import type { Attributes } from './attributes.ts';
import { MAX_TABLE_ENTRIES } from './limits.ts';

/** A lookup table, PS3.3 C.11.1.1: entry i is for the stored value first + i; values beyond either end take the nearest. */
export interface LookupTable {
  readonly first: number;
  readonly entries: Uint16Array;
  /** Of an entry. */
  readonly bits: number;
}

/**
 * Reads the descriptor at `descriptorTag` and the data at `dataTag`.
 * @param signed whether the values that are looked up may be negative, where the file does not say it
 * @returns null where there is none, or what there is cannot be one
 */
export function readLookupTable(
  attributes: Attributes,
  descriptorTag: string,
  dataTag: string,
  signed: boolean,
): LookupTable | null {
  const descriptor = readDescriptor(attributes, descriptorTag, signed);
  if (!descriptor) return null;
  const entries = tableEntries(attributes, dataTag, descriptor.count, descriptor.bits);
  if (!entries) return null;
  return { first: descriptor.first, entries, bits: descriptor.bits };
}

export interface Descriptor {
  readonly count: number;
  readonly first: number;
  readonly bits: number;
}

export function readDescriptor(attributes: Attributes, tag: string, signed: boolean): Descriptor | null {
  const [count, first, bits] = attributes.numbers(tag, 'US');
  if (count === undefined || first === undefined || bits === undefined) return null;
  const declared = attributes.elements.get(tag)?.vr;
  const negative = declared === 'SS' || (declared !== 'US' && signed);
  return {
    // 65536 does not fit into 16 bits and is written as 0; as a signed number, half of all are negative.
    count: count === 0 ? MAX_TABLE_ENTRIES : count & 0xffff,
    first: negative ? (first << 16) >> 16 : first & 0xffff,
    // 8 to 16; other numbers are slips of writers, who then store words.
    bits: bits >= 1 && bits <= 16 ? bits : 16,
  };
}

/** Entries lie in words, or, of 8 bits, two in a word (PS3.3 C.7.9.2); the amount of data tells. */
function tableEntries(attributes: Attributes, tag: string, count: number, bits: number): Uint16Array | null {
  const raw = attributes.raw(tag);
  if (!raw) return null;
  if (raw.byteLength >= count * 2) return Uint16Array.from(attributes.words(tag).subarray(0, count));
  if (bits > 8 || raw.byteLength < count) return null;
  return Uint16Array.from(attributes.bytesOfWords(tag).subarray(0, count));
}
