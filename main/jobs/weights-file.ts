/**
 * Weights and checkpoints in the safetensors layout: 8 bytes, little endian, with the length of a JSON header; the header;
 * the raw tensors. Any safetensors reader opens them: `safetensors.numpy.load_file(path)` in Python.
 */
import { z } from 'zod';

export interface TensorFile {
  readonly tensors: Readonly<Record<string, Float32Array<ArrayBuffer>>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes are no weights file, or a part of one. */
export class WeightsFileError extends Error {
  readonly kind: 'truncated' | 'corrupt';

  constructor(kind: WeightsFileError['kind'], what: string, options?: ErrorOptions) {
    super(
      `These weights cannot be read (${what}); restore their file from a backup or fit the model again.`,
      options,
    );
    this.name = 'WeightsFileError';
    this.kind = kind;
  }
}

const LENGTH_BYTES = 8;
const FLOAT_BYTES = 4;
/** As the format prescribes: a longer header is an attack on memory. */
const MOST_HEADER_BYTES = 100_000_000;
/** The header's name for what is no tensor. */
const METADATA = '__metadata__';

const offset = z.int().nonnegative();
const tensorEntry = z.strictObject({
  dtype: z.literal('F32'),
  shape: z.array(offset),
  data_offsets: z.tuple([offset, offset]),
});
const headerSchema = z.record(z.string(), z.union([tensorEntry, z.record(z.string(), z.string())]));

/**
 * The file in chunks, to be written one after the other: the header, then views of the tensors, not copies.
 * The same tensors and metadata give the same bytes, whatever their order.
 * @throws RangeError for a tensor of the reserved name
 */
export function encodeTensors(
  tensors: Readonly<Record<string, Float32Array>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array[] {
  const names = Object.keys(tensors).sort();
  if (names.includes(METADATA)) throw new RangeError(`a tensor cannot be called ${METADATA}`);
  const sortedMetadata = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
  const header: Record<string, unknown> = { [METADATA]: sortedMetadata };
  const chunks: Uint8Array[] = [];
  let position = 0;
  for (const name of names) {
    const data = tensors[name] ?? new Float32Array();
    const end = position + data.byteLength;
    header[name] = { dtype: 'F32', shape: [data.length], data_offsets: [position, end] };
    chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    position = end;
  }
  return [headerBytes(JSON.stringify(header)), ...chunks];
}

/** @throws WeightsFileError 'truncated' | 'corrupt' */
export function decodeTensors(bytes: Uint8Array<ArrayBuffer>): TensorFile {
  const dataStart = LENGTH_BYTES + headerLength(bytes);
  if (dataStart > bytes.byteLength) throw new WeightsFileError('truncated', 'they end inside their header');
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));
  const tensors: Record<string, Float32Array<ArrayBuffer>> = {};
  let metadata: Readonly<Record<string, string>> = {};
  let position = 0;
  for (const [name, entry] of entriesByOffset(header)) {
    if (name === METADATA) {
      if (isTensor(entry)) throw new WeightsFileError('corrupt', 'a tensor has the name of the metadata');
      metadata = entry;
      continue;
    }
    if (!isTensor(entry)) throw new WeightsFileError('corrupt', `"${name}" is no tensor`);
    const {
      shape,
      data_offsets: [from, to],
    } = entry;
    const elements = shape.reduce((product, side) => product * side, 1);
    if (from !== position || to - from !== elements * FLOAT_BYTES) {
      throw new WeightsFileError('corrupt', `the tensor "${name}" is not where it should be`);
    }
    if (dataStart + to > bytes.byteLength) {
      throw new WeightsFileError('truncated', `they end inside the tensor "${name}"`);
    }
    tensors[name] = floatsAt(bytes, dataStart + from, elements);
    position = to;
  }
  if (dataStart + position !== bytes.byteLength) {
    throw new WeightsFileError('corrupt', 'they go on after their last tensor');
  }
  return { tensors, metadata };
}

function headerBytes(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  // Spaces up to a multiple of 8, so that the tensors can be viewed where they lie.
  const length = Math.ceil(text.byteLength / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, LENGTH_BYTES);
  return bytes;
}

function headerLength(bytes: Uint8Array<ArrayBuffer>): number {
  if (bytes.byteLength < LENGTH_BYTES) throw new WeightsFileError('truncated', 'they have no header');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MOST_HEADER_BYTES)) throw new WeightsFileError('corrupt', 'they have no such header');
  return Number(length);
}

type Header = z.infer<typeof headerSchema>;
type Entry = Header[string];

function parseHeader(bytes: Uint8Array): Header {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new WeightsFileError('corrupt', 'their header is no JSON', { cause: error });
  }
  const header = headerSchema.safeParse(json);
  if (header.success) return header.data;
  throw new WeightsFileError('corrupt', 'their header lists no float32 tensors', { cause: header.error });
}

function isTensor(entry: Entry): entry is z.infer<typeof tensorEntry> {
  return Array.isArray(entry['shape']);
}

/** In the order of their data, so that gaps and overlaps show. */
function entriesByOffset(header: Header): [string, Entry][] {
  const start = (entry: Entry) => (isTensor(entry) ? entry.data_offsets[1] : -1);
  return Object.entries(header).sort(([, a], [, b]) => start(a) - start(b));
}

function floatsAt(bytes: Uint8Array<ArrayBuffer>, from: number, elements: number): Float32Array<ArrayBuffer> {
  const start = bytes.byteOffset + from;
  if (start % FLOAT_BYTES === 0) return new Float32Array(bytes.buffer, start, elements);
  return new Float32Array(bytes.slice(from, from + elements * FLOAT_BYTES).buffer);
}
