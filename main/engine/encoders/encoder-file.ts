import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import {
  type DeclaredSide,
  type DeclaredTensor,
  type OnnxSummary,
  OnnxFormatError,
  readOnnx,
} from '../../../models/compile/decode.ts';
import { causeOf } from '../engine-error.ts';
import { EncoderError, quoted } from './encoder-error.ts';

/** An ONNX file that takes images, as it was found: nothing in it has run yet. */
export interface EncoderFile {
  /** As people are told of it. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the bytes, in hexadecimal. */
  readonly sha256: string;
  readonly input: { readonly name: string; readonly sides: readonly DeclaredSide[] };
  readonly outputs: readonly DeclaredTensor[];
  /** Every tensor that it computes, outputs among them. */
  readonly computed: ReadonlySet<string>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Larger ones cannot be ONNX files: protobuf's lengths end there. */
const LARGEST_FILE = 2 ** 31 - 1;

const FLOAT32 = 1;
/** Operators that ONNX Runtime has on every device. */
const KNOWN_DOMAINS = new Set(['', 'ai.onnx', 'com.microsoft']);

/** @throws EncoderError */
export async function readEncoderFile(path: string, largest: number = LARGEST_FILE): Promise<EncoderFile> {
  return encoderFileOf(path, await bytesOf(path, largest));
}

/** @param path what people are told of it by. @throws EncoderError */
export function encoderFileOf(path: string, bytes: Uint8Array<ArrayBuffer>): EncoderFile {
  const summary = summaryOf(path, bytes);
  if (summary.external) {
    throw new EncoderError(
      'external-data',
      `"${path}" keeps its weights in other files, which are not read; export it again as a single file.`,
    );
  }
  const unknown = [...summary.domains].filter((domain) => !KNOWN_DOMAINS.has(domain));
  if (unknown.length > 0) {
    throw new EncoderError(
      'unknown-operators',
      `"${path}" needs operators of ${unknown.slice(0, 3).map(quoted).join(', ')}, which are not part of ONNX; export it again with standard operators.`,
    );
  }
  return {
    path,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    input: imageInput(path, summary),
    outputs: summary.outputs,
    computed: new Set(summary.computed),
    metadata: summary.metadata,
  };
}

async function bytesOf(path: string, largest: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const file = await open(path, 'r');
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new EncoderError('unreadable', `"${path}" is no file; choose an ONNX file.`);
      if (found.size > largest) {
        throw new EncoderError(
          'too-large',
          `"${path}" has ${(found.size / 2 ** 30).toFixed(1)} GiB, more than an encoder may have; choose a smaller one.`,
        );
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof EncoderError) throw error;
    throw new EncoderError(
      'unreadable',
      `"${path}" could not be read (${causeOf(error)}); check the path and its permissions.`,
      { cause: error },
    );
  }
}

function summaryOf(path: string, bytes: Uint8Array): OnnxSummary {
  try {
    return readOnnx(bytes);
  } catch (error) {
    if (!(error instanceof OnnxFormatError)) throw error;
    throw new EncoderError(
      'not-onnx',
      `"${path}" cannot be used as an encoder (${error.message}); export or copy it again.`,
      { cause: error },
    );
  }
}

function imageInput(path: string, { inputs }: OnnxSummary): EncoderFile['input'] {
  const [input, ...others] = inputs;
  const wrong = (what: string) =>
    new EncoderError(
      'wrong-input',
      `"${path}" ${what}; export an encoder whose one input is float32 images.`,
    );
  if (input === undefined) throw wrong('takes no input');
  if (others.length > 0) throw wrong(`takes ${inputs.length} inputs`);
  if (input.type !== FLOAT32) throw wrong(`takes ${quoted(input.name)} in another type`);
  const sides = input.shape;
  if (sides?.length !== 4)
    throw wrong(`takes ${quoted(input.name)} in ${sides?.length ?? 'unknown'} dimensions`);
  if (
    sides.some(
      (side) => typeof side === 'number' && (!Number.isSafeInteger(side) || side < 1 || side > 2 ** 16),
    )
  )
    throw wrong(`takes ${quoted(input.name)} in an impossible size`);
  return { name: input.name, sides };
}
