import dicomParser from 'dicom-parser';
import { Attributes, parserOf } from './attributes.ts';
import type { Element, Elements } from './attributes.ts';
import { MAX_DEPTH, MAX_ELEMENTS } from './limits.ts';
import { StructureProblem, structureProblem } from './structure-problem.ts';

/** How a data set is written, PS3.5 7.1. */
export interface Encoding {
  readonly explicit: boolean;
  readonly order: 'little' | 'big';
}

export interface DataSet {
  readonly attributes: Attributes;
  /** What stopped the reading before the pixels or the end; the attributes before that are there. */
  readonly problem: StructureProblem | null;
}

export const FLOAT_PIXELS = 'x7fe00008';
export const DOUBLE_PIXELS = 'x7fe00009';
export const PIXELS = 'x7fe00010';

const ITEM = 'xfffee000';
const ITEM_END = 'xfffee00d';
const SEQUENCE_END = 'xfffee0dd';
export const UNDEFINED_LENGTH = 0xffffffff;
const HEADER_BYTES = 8;

/** These have a 32-bit length in explicit data sets (PS3.5 7.1.2), which dicom-parser does not know. */
const LONG_FORMS: ReadonlySet<string> = new Set(['OV', 'SV', 'UV']);

/**
 * Reads the attributes from `start` up to the pixels, whose header is the last that is read, or to the end. Sequences are
 * read along. One that is damaged, yet says how long it is, is passed over: it is mostly a private one that nobody needs.
 * @param until the first tag that is not wanted any more
 */
export function readDataSet(
  bytes: Uint8Array,
  start: number,
  encoding: Encoding,
  until: string | null = null,
): DataSet {
  const elements: Elements = new Map();
  const attributes = new Attributes(bytes, encoding.order, elements);
  if (start >= bytes.byteLength) return { attributes, problem: null };
  try {
    new Reading(bytes, start, encoding, { left: MAX_ELEMENTS }).topLevel(elements, until);
    return { attributes, problem: null };
  } catch (thrown) {
    return { attributes, problem: structureProblem(thrown) };
  }
}

class Reading {
  readonly #bytes: Uint8Array;
  readonly #encoding: Encoding;
  readonly #stream: dicomParser.ByteStream;
  readonly #budget: { left: number };

  constructor(bytes: Uint8Array, start: number, encoding: Encoding, budget: { left: number }) {
    this.#bytes = bytes;
    this.#encoding = encoding;
    this.#budget = budget;
    this.#stream = new dicomParser.ByteStream(parserOf(encoding.order), bytes, start);
  }

  topLevel(elements: Elements, until: string | null): void {
    while (this.#stream.position + HEADER_BYTES <= this.#bytes.byteLength) {
      const element = this.#header();
      if (until !== null && element.tag >= until) return;
      elements.set(element.tag, element);
      if (element.tag === PIXELS || element.tag === FLOAT_PIXELS || element.tag === DOUBLE_PIXELS) return;
      this.#value(element, this.#bytes.byteLength, 0);
    }
    // Some writers pad with zeros.
    if (this.#bytes.subarray(this.#stream.position).some((byte) => byte !== 0)) {
      throw new StructureProblem('truncated', 'it ends within an attribute');
    }
  }

  #header(): Element {
    if (--this.#budget.left < 0) {
      throw new StructureProblem('corrupt', `it has more than ${String(MAX_ELEMENTS)} attributes`);
    }
    const start = this.#stream.position;
    const tag = this.#tagAt(start);
    // Some writers fall back to implicit types in the middle of an explicit data set; items never have a type.
    const typed = this.#encoding.explicit && isType(this.#bytes, start + 4);
    // Naming the tag as the last one keeps dicom-parser from descending: its recursion has no bound.
    const header = typed
      ? dicomParser.readDicomElementExplicit(this.#stream, [], tag)
      : dicomParser.readDicomElementImplicit(this.#stream, tag);
    const vr = typed ? (header.vr ?? null) : null;
    if (vr !== null && LONG_FORMS.has(vr)) header.length = this.#stream.readUint32();
    return { tag, vr, offset: this.#stream.position, length: header.length, items: null, damage: null };
  }

  /** Moves behind the value of an element, and reads its items where it is a sequence. */
  #value(element: Element, end: number, depth: number): void {
    if (element.length === UNDEFINED_LENGTH) {
      this.#undefinedLength(element, end, depth);
      return;
    }
    const after = element.offset + element.length;
    if (after > this.#bytes.byteLength) {
      throw new StructureProblem('truncated', `its attribute ${element.tag.slice(1)} ends after the file`);
    }
    if (after > end) {
      throw new StructureProblem('corrupt', `its attribute ${element.tag.slice(1)} ends after its sequence`);
    }
    if (element.length >= HEADER_BYTES && this.#isSequence(element)) {
      try {
        this.#items(element, after, depth);
      } catch (thrown) {
        const problem = structureProblem(thrown);
        if (this.#budget.left < 0) throw problem;
        element.damage = problem;
      }
    }
    this.#stream.position = after;
  }

  #undefinedLength(element: Element, end: number, depth: number): void {
    if (this.#isSequence(element) || element.vr === 'UN') {
      this.#items(element, end, depth);
    } else if (element.vr === 'OB' || element.vr === 'OW' || element.vr === null) {
      // Compressed pixels of an icon.
      this.#skipFragments();
      element.length = this.#stream.position - element.offset;
    } else {
      throw new StructureProblem(
        'corrupt',
        `its attribute ${element.tag.slice(1)} does not say how long it is`,
      );
    }
  }

  #isSequence(element: Element): boolean {
    if (element.vr === 'SQ') return true;
    if (element.vr !== null && element.vr !== 'UN') return false;
    // Private data may begin like an item; without a type, only its own definition would tell.
    if (element.vr === null && isPrivate(element.tag) && element.length !== UNDEFINED_LENGTH) return false;
    const next = this.#peek();
    return next === ITEM || next === SEQUENCE_END;
  }

  #peek(): string {
    const start = this.#stream.position;
    return start + HEADER_BYTES > this.#bytes.byteLength ? '' : this.#tagAt(start);
  }

  /** As dicom-parser writes tags. */
  #tagAt(position: number): string {
    const parser = this.#stream.byteArrayParser;
    const group = parser.readUint16(this.#bytes, position);
    const number = group * 0x10000 + parser.readUint16(this.#bytes, position + 2);
    return `x${number.toString(16).padStart(8, '0')}`;
  }

  /** Reads items up to `end`, or to the delimiter where the sequence has no length of its own. */
  #items(sequence: Element, end: number, depth: number): void {
    if (depth >= MAX_DEPTH) {
      throw new StructureProblem('corrupt', `its sequences are nested deeper than ${String(MAX_DEPTH)}`);
    }
    // Unknown types are written implicitly, whatever surrounds them (PS3.5 6.2.2, note 4).
    const inner: Reading =
      sequence.vr === 'UN' ? this.#startedHere({ explicit: false, order: 'little' }) : this;
    const items: Attributes[] = [];
    const stream = inner.#stream;
    while (stream.position + HEADER_BYTES <= end) {
      const item = inner.#header();
      if (item.tag === SEQUENCE_END) break;
      if (item.tag !== ITEM) {
        throw new StructureProblem(
          'corrupt',
          `its sequence ${sequence.tag.slice(1)} has no items where it should`,
        );
      }
      items.push(inner.#item(item, end, depth + 1));
    }
    sequence.items = items;
    sequence.length = stream.position - sequence.offset;
    this.#stream.position = stream.position;
  }

  #startedHere(encoding: Encoding): Reading {
    return new Reading(this.#bytes, this.#stream.position, encoding, this.#budget);
  }

  #item(item: Element, sequenceEnd: number, depth: number): Attributes {
    const elements: Elements = new Map();
    const open = item.length === UNDEFINED_LENGTH;
    // The last item of some writers is longer than its sequence.
    const end = open ? sequenceEnd : Math.min(item.offset + item.length, sequenceEnd);
    while (this.#stream.position + HEADER_BYTES <= end) {
      const element = this.#header();
      if (element.tag === ITEM_END) break;
      elements.set(element.tag, element);
      this.#value(element, end, depth);
    }
    if (!open) this.#stream.position = end;
    return new Attributes(this.#bytes, this.#encoding.order, elements);
  }

  #skipFragments(): void {
    for (;;) {
      const fragment = this.#header();
      if (fragment.tag === SEQUENCE_END) return;
      if (fragment.tag !== ITEM || fragment.length === UNDEFINED_LENGTH) {
        throw new StructureProblem('corrupt', 'its compressed data are not divided as they should be');
      }
      this.#stream.position = fragment.offset + fragment.length;
    }
  }
}

/** Two capital letters. */
export function isType(bytes: Uint8Array, position: number): boolean {
  const capital = (code: number | undefined): boolean => code !== undefined && code >= 65 && code <= 90;
  return capital(bytes[position]) && capital(bytes[position + 1]);
}

function isPrivate(tag: string): boolean {
  return Number.parseInt(tag.slice(4, 5), 16) % 2 === 1;
}
