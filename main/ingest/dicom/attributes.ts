import { TextDecoder } from 'node:util';
import dicomParser from 'dicom-parser';
import type { ByteArrayParser } from 'dicom-parser';
import { swapped } from './samples.ts';
import type { StructureProblem } from './structure-problem.ts';

/** The header of an attribute, and where its value lies in the file. */
export interface Element {
  /** "x" and the eight hexadecimal digits of group and element. */
  readonly tag: string;
  /** Value representation; null where the data set does not say. */
  readonly vr: string | null;
  readonly offset: number;
  /** In bytes; 0xffffffff for compressed pixels, which end with a delimiter. */
  length: number;
  /** Of a sequence that could be read. */
  items: readonly Attributes[] | null;
  /** Why a sequence could not be read. */
  damage: StructureProblem | null;
}

export type Elements = Map<string, Element>;

export type BinaryType = 'US' | 'SS' | 'UL' | 'SL' | 'FL' | 'FD';

const SIZES: Readonly<Record<BinaryType, number>> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8 };

/** No attribute read here as text, numbers or words is longer; what is longer is no such attribute. */
const MOST_BYTES = 2 ** 21;

/** Of longer values, what they say is kept: they may be asked for with each of thousands of frames. */
const SHORT_BYTES = 256;

/** The values of a data set or of an item of a sequence. Absent, empty and unreadable values are one: null or an empty list. */
export class Attributes {
  readonly bytes: Uint8Array;
  readonly elements: ReadonlyMap<string, Element>;
  readonly #order: 'little' | 'big';
  readonly #parser: ByteArrayParser;
  #long: Map<string, { readonly text: string | null; readonly decimals: readonly number[] }> | null = null;

  constructor(bytes: Uint8Array, order: 'little' | 'big', elements: ReadonlyMap<string, Element>) {
    this.bytes = bytes;
    this.elements = elements;
    this.#order = order;
    this.#parser = parserOf(order);
  }

  has(tag: string): boolean {
    return this.elements.has(tag);
  }

  /** The raw bytes of a value. */
  raw(tag: string): Uint8Array | null {
    const element = this.elements.get(tag);
    if (!element || element.length === 0) return null;
    const { offset, length } = element;
    return offset + length <= this.bytes.byteLength ? this.bytes.subarray(offset, offset + length) : null;
  }

  /** The 16-bit words of a value; a last odd byte is left out. */
  words(tag: string): Uint16Array {
    const raw = this.#bounded(tag) ?? new Uint8Array(0);
    const own = this.#order === 'big' ? swapped(raw, 2) : new Uint8Array(raw);
    return new Uint16Array(own.buffer, 0, Math.floor(own.byteLength / 2));
  }

  /** The bytes of a value that consists of bytes, yet may lie in words. */
  bytesOfWords(tag: string): Uint8Array {
    const raw = this.#bounded(tag) ?? new Uint8Array(0);
    return this.#order === 'big' && this.elements.get(tag)?.vr === 'OW' ? swapped(raw, 2) : raw;
  }

  /** The whole text as Latin-1, which tells everything but names apart; null where there is none. */
  text(tag: string): string | null {
    return this.#isLong(tag) ? this.#longOf(tag).text : this.decodedText(tag, LATIN_1);
  }

  decodedText(tag: string, decoder: TextDecoder): string | null {
    const raw = this.#bounded(tag);
    if (!raw) return null;
    // Values are padded with blanks, UIDs with a zero byte (PS3.5 6.2).
    const text = decoder.decode(raw).replaceAll('\0', ' ').trim();
    return text === '' ? null : text;
  }

  /** Values separated by backslashes. */
  texts(tag: string): string[] {
    return valuesIn(this.text(tag));
  }

  /** Decimal or integer strings; NaN for a value that is no number. */
  decimals(tag: string): readonly number[] {
    return this.#isLong(tag) ? this.#longOf(tag).decimals : this.#decimalsIn(tag, this.text(tag));
  }

  /** The first decimal or integer string, if it is a number. */
  decimal(tag: string): number | null {
    const [first] = this.decimals(tag);
    return first !== undefined && Number.isFinite(first) ? first : null;
  }

  /** Binary numbers: of the type that the file gives, else of `type`. */
  numbers(tag: string, type: BinaryType): number[] {
    const element = this.elements.get(tag);
    const raw = this.#bounded(tag);
    if (!element || !raw) return [];
    const actual = isBinary(element.vr) ? element.vr : type;
    const size = SIZES[actual];
    const count = Math.floor(raw.byteLength / size);
    return Array.from({ length: count }, (_, i) => this.#number(actual, element.offset + i * size));
  }

  number(tag: string, type: BinaryType): number | null {
    const element = this.elements.get(tag);
    if (!element) return null;
    const actual = isBinary(element.vr) ? element.vr : type;
    const fits = element.length >= SIZES[actual] && element.offset + SIZES[actual] <= this.bytes.byteLength;
    return fits ? this.#number(actual, element.offset) : null;
  }

  /**
   * Items of a sequence; none where it is absent.
   * @throws StructureProblem where it is damaged: unlike that of a value, its absence would change what an image means
   */
  items(tag: string): readonly Attributes[] {
    const element = this.elements.get(tag);
    if (element?.damage) throw element.damage;
    return element?.items ?? [];
  }

  item(tag: string): Attributes | null {
    return this.items(tag)[0] ?? null;
  }

  #bounded(tag: string): Uint8Array | null {
    const raw = this.raw(tag);
    return raw && raw.byteLength <= MOST_BYTES ? raw : null;
  }

  #decimalsIn(tag: string, text: string | null): number[] {
    const vr = this.elements.get(tag)?.vr;
    if (isBinary(vr)) return this.numbers(tag, vr);
    return valuesIn(text).map((value) => (NUMBER.test(value) ? Number.parseFloat(value) : NaN));
  }

  #isLong(tag: string): boolean {
    return (this.elements.get(tag)?.length ?? 0) > SHORT_BYTES;
  }

  #longOf(tag: string): { readonly text: string | null; readonly decimals: readonly number[] } {
    this.#long ??= new Map();
    const known = this.#long.get(tag);
    if (known) return known;
    const text = this.decodedText(tag, LATIN_1);
    const value = { text, decimals: this.#decimalsIn(tag, text) };
    this.#long.set(tag, value);
    return value;
  }

  #number(type: BinaryType, position: number): number {
    switch (type) {
      case 'US':
        return this.#parser.readUint16(this.bytes, position);
      case 'SS':
        return this.#parser.readInt16(this.bytes, position);
      case 'UL':
        return this.#parser.readUint32(this.bytes, position);
      case 'SL':
        return this.#parser.readInt32(this.bytes, position);
      case 'FL':
        return this.#parser.readFloat(this.bytes, position);
      case 'FD':
        return this.#parser.readDouble(this.bytes, position);
    }
  }
}

export function parserOf(order: 'little' | 'big'): ByteArrayParser {
  return order === 'little' ? dicomParser.littleEndianByteArrayParser : dicomParser.bigEndianByteArrayParser;
}

function valuesIn(text: string | null): string[] {
  return text?.split('\\').map((value) => value.trim()) ?? [];
}

const LATIN_1 = new TextDecoder('latin1');
/** A leading number is enough: some writers add a unit. */
const NUMBER = /^[+-]?(\d|\.\d)/;

function isBinary(vr: string | null | undefined): vr is BinaryType {
  return vr !== null && vr !== undefined && Object.hasOwn(SIZES, vr);
}
