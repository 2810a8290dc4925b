import { inflateRawSync } from 'node:zlib';
import { thrownMessage } from '../errors.ts';
import { corrupt, truncated } from '../problems.ts';
import type { Attributes } from './attributes.ts';
import { isType, readDataSet } from './elements.ts';
import type { DataSet, Encoding } from './elements.ts';
import { MAX_INFLATED_BYTES } from './limits.ts';
import { DEFLATED, encodingOf } from './transfer-syntax.ts';

export interface FileStructure extends DataSet {
  /** The bytes that the data set lies in: those of the file, or what its deflated part became. */
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
  /** Group 0002; empty where there is none. */
  readonly meta: Attributes;
  /** UID of the transfer syntax; null where the file names none. */
  readonly syntax: string | null;
  /** SOP class of the file's meta header or of its data set. */
  readonly sopClass: string | null;
}

const PREAMBLE_BYTES = 128;
const MAGIC = [0x44, 0x49, 0x43, 0x4d];
const AFTER_META = 'x00030000';

/**
 * Finds the data set of a DICOM file: with or without preamble and meta header, implicit or explicit, in either byte order,
 * deflated or not. How the first attribute is written counts more than what the meta header says of it, because writers err.
 * @param until the first tag that is not wanted any more
 * @throws IngestError truncated, corrupt
 */
export function readFileStructure(
  file: Uint8Array,
  path: string,
  until: string | null = null,
): FileStructure {
  const bytes = plain(file);
  const metaStart = startOfMeta(bytes);
  const meta = readDataSet(bytes, metaStart, { explicit: true, order: 'little' }, AFTER_META).attributes;
  const start = Math.max(metaStart, ...Array.from(meta.elements.values(), (e) => e.offset + e.length));
  if (start > bytes.byteLength) throw truncated(path);
  const syntax = meta.text('x00020010');
  const body = syntax === DEFLATED ? inflated(bytes.subarray(start), path) : bytes;
  const bodyStart = body === bytes ? start : 0;
  const encoding = writtenAs(body, bodyStart) ?? encodingOf(syntax);
  const dataSet = readDataSet(body, bodyStart, encoding, until);
  return { ...dataSet, bytes: body, encoding, meta, syntax, sopClass: sopClassOf(meta, dataSet.attributes) };
}

/** Node's buffers share memory where arrays copy. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function sopClassOf(meta: Attributes, attributes: Attributes): string | null {
  return attributes.text('x00080016') ?? meta.text('x00020002');
}

/** Behind the preamble, behind a magic word without one, or the very start. */
export function startOfMeta(bytes: Uint8Array): number {
  if (hasMagic(bytes, PREAMBLE_BYTES)) return PREAMBLE_BYTES + MAGIC.length;
  return hasMagic(bytes, 0) ? MAGIC.length : 0;
}

function hasMagic(bytes: Uint8Array, at: number): boolean {
  return MAGIC.every((byte, i) => bytes[at + i] === byte);
}

/**
 * How the attribute at `start` is written: null where its group is not one that data sets begin with. The groups before the
 * pixels are small numbers, so that the byte that is 0 tells the order.
 */
export function writtenAs(bytes: Uint8Array, start: number): Encoding | null {
  const [first, second] = [bytes[start], bytes[start + 1]];
  if (first === undefined || second === undefined || (first === 0) === (second === 0)) return null;
  const order = second === 0 ? 'little' : 'big';
  const explicit = isType(bytes, start + 4);
  // There is no implicit big endian syntax.
  return order === 'big' && !explicit ? null : { explicit, order };
}

function inflated(deflated: Uint8Array, path: string): Uint8Array {
  try {
    return plain(inflateRawSync(deflated, { maxOutputLength: MAX_INFLATED_BYTES }));
  } catch (thrown) {
    const message = thrownMessage(thrown);
    if (/unexpected end/i.test(message)) throw truncated(path, { cause: thrown });
    throw corrupt(path, `its deflated data cannot be inflated: ${message}`, { cause: thrown });
  }
}
