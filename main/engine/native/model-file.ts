/**
 * An ONNX file whose weights stay where they are. What is handed to ONNX Runtime is the file without them, and where in it
 * each is: it reads them when it folds and repacks them, one after the other. Loaded as bytes they would be there three
 * times before they are repacked: in those bytes, in the parsed message, and as tensors.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';

export interface ModelFile {
  readonly path: string;
  /** Where the ONNX model begins in the file, in bytes; it goes on to the end. */
  readonly offset: number;
}

/** Smaller weights cost less in the message than a reference to them. */
const SMALLEST_WEIGHT = 1 << 14;

/** Field numbers of onnx.proto3 (https://github.com/onnx/onnx, Apache-2.0). */
const MODEL = { graph: 7 } as const;
const GRAPH = { initializer: 5 } as const;
const TENSOR = { rawData: 9, externalData: 13, dataLocation: 14 } as const;
const ENTRY = { key: 1, value: 2 } as const;
const EXTERNAL = 1;

/** Wire types of protobuf. */
const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

/**
 * The model of a file, without its large weights but with their places.
 * @throws Error when the file is no ONNX model or cannot be read
 */
export function modelWithoutWeights({ path, offset }: ModelFile): Uint8Array<ArrayBuffer> {
  const file = openSync(path, 'r');
  try {
    const source = new Source(file, fstatSync(file).size);
    const location = basename(path);
    const parts: Uint8Array[] = [];
    for (const field of source.fields(offset, source.size)) {
      if (field.number !== MODEL.graph || field.type !== BYTES)
        parts.push(source.bytes(field.start, field.end));
      else parts.push(message(MODEL.graph, graphWithoutWeights(source, field, location)));
    }
    return new Uint8Array(Buffer.concat(parts));
  } finally {
    closeSync(file);
  }
}

function graphWithoutWeights(source: Source, graph: Field, location: string): Buffer {
  const parts: Uint8Array[] = [];
  for (const field of source.fields(graph.content, graph.end)) {
    if (field.number !== GRAPH.initializer || field.end - field.content < SMALLEST_WEIGHT) {
      parts.push(source.bytes(field.start, field.end));
    } else {
      parts.push(message(GRAPH.initializer, tensorWithoutData(source, field, location)));
    }
  }
  return Buffer.concat(parts);
}

function tensorWithoutData(source: Source, tensor: Field, location: string): Buffer {
  const parts: Uint8Array[] = [];
  for (const field of source.fields(tensor.content, tensor.end)) {
    if (field.number !== TENSOR.rawData) {
      parts.push(source.bytes(field.start, field.end));
      continue;
    }
    const place = { location, offset: field.content, length: field.end - field.content };
    for (const [key, value] of Object.entries(place)) {
      const entry = [message(ENTRY.key, Buffer.from(key)), message(ENTRY.value, Buffer.from(String(value)))];
      parts.push(message(TENSOR.externalData, Buffer.concat(entry)));
    }
    parts.push(varint(TENSOR.dataLocation * 8 + VARINT), varint(EXTERNAL));
  }
  return Buffer.concat(parts);
}

function message(field: number, content: Uint8Array): Buffer {
  return Buffer.concat([varint(field * 8 + BYTES), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

/** A field of a protobuf message: from its tag to its end, the content of one with a length apart. */
interface Field {
  readonly number: number;
  readonly type: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

const WINDOW = 1 << 16;

/** Reads a file in pieces, and skips what nobody asks for. */
class Source {
  readonly size: number;
  readonly #file: number;
  readonly #window = Buffer.alloc(WINDOW);
  #from = 0;
  #filled = 0;

  constructor(file: number, size: number) {
    this.#file = file;
    this.size = size;
  }

  *fields(start: number, end: number): Generator<Field> {
    for (let at = start; at < end;) {
      const tag = this.#varint(at);
      const type = tag.value % 8;
      const { content, end: last } = this.#extent(type, tag.end);
      if (last > end) throw new Error('the model is cut short');
      yield { number: Math.floor(tag.value / 8), type, start: at, content, end: last };
      at = last;
    }
  }

  bytes(start: number, end: number): Buffer {
    const bytes = Buffer.alloc(end - start);
    if (readSync(this.#file, bytes, 0, bytes.length, start) < bytes.length)
      throw new Error('the model is cut short');
    return bytes;
  }

  #extent(type: number, at: number): { content: number; end: number } {
    switch (type) {
      case VARINT:
        return { content: at, end: this.#varint(at).end };
      case FIXED64:
        return { content: at, end: at + 8 };
      case FIXED32:
        return { content: at, end: at + 4 };
      case BYTES: {
        const length = this.#varint(at);
        return { content: length.end, end: length.end + length.value };
      }
      default:
        throw new Error('the file is no ONNX model');
    }
  }

  #varint(start: number): { value: number; end: number } {
    let value = 0;
    for (let at = start, scale = 1; ; at++, scale *= 128) {
      const byte = this.#byte(at);
      value += (byte & 127) * scale;
      if (byte < 128) return { value, end: at + 1 };
      if (at - start >= 9) throw new Error('the file is no ONNX model');
    }
  }

  #byte(at: number): number {
    if (at < this.#from || at >= this.#from + this.#filled) {
      this.#from = at;
      this.#filled = readSync(this.#file, this.#window, 0, WINDOW, at);
    }
    const byte = at < this.#from + this.#filled ? this.#window[at - this.#from] : undefined;
    if (byte === undefined) throw new Error('the model is cut short');
    return byte;
  }
}
