import { createHash } from 'node:crypto';
import { withOutput } from '../../../models/compile/decode.ts';
import type { EncodedImages, Encoder } from '../../../models/detectors/method.ts';
import type { Device, HostTensor, HostTensors, Program } from '../../../models/device.ts';
import type { EncoderDescription, EncoderLayout } from '../../../models/encoder-description.ts';
import type { ImageShape } from '../../../models/images.ts';
import { checked } from './describe-encoder.ts';
import { EncoderError, quoted } from './encoder-error.ts';
import type { EncoderFile } from './encoder-file.ts';
import { encoderInput } from './encoder-input.ts';

export interface OpenEncoder extends Encoder {
  dispose(): Promise<void>;
}

/** Images at once, where the file takes any number. */
const BATCH = 16;
/** Numbers at once: 1 GiB of them. */
const LARGEST_INPUT = 2 ** 28;

/**
 * An encoder of any make on a device, for images of one shape.
 * @throws EncoderError 'wrong-description' | 'wrong-input' | 'wrong-output' | 'not-finite'
 * @throws EngineError 'load-failed' | 'run-failed'
 */
export async function openEncoder(
  device: Device,
  file: EncoderFile,
  given: EncoderDescription,
  shape: ImageShape,
  batch: number = BATCH,
): Promise<OpenEncoder> {
  const description = checked(file, given);
  const size = sizeFor(file, description, shape);
  const count = imagesAtOnce(file, description, size, batch);
  const program = await device.load(bytesFor(file, description));
  try {
    const encoder = new OnnxEncoder(file, description, shape, size, program, count);
    await encoder.measure();
    return encoder;
  } catch (error) {
    await program.dispose();
    throw error;
  }
}

/** What the file is asked to put out beside its outputs is added to them. */
function bytesFor(file: EncoderFile, { vector, grid }: EncoderDescription): Uint8Array<ArrayBuffer> {
  const outputs = new Set(file.outputs.map(({ name }) => name));
  const wanted = [vector, grid?.tensor ?? null].filter((tensor) => tensor !== null);
  const inner = new Set(wanted.filter((tensor) => !outputs.has(tensor)));
  return [...inner].reduce((bytes, tensor) => withOutput(bytes, tensor), file.bytes);
}

interface Size {
  readonly height: number;
  readonly width: number;
}

function sizeFor({ input }: EncoderFile, { layout, side }: EncoderDescription, shape: ImageShape): Size {
  const [height, width] = (layout === 'NCHW' ? [2, 3] : [1, 2]).map((axis) => input.sides[axis]);
  return {
    height: typeof height === 'number' ? height : (side?.height ?? shape.height),
    width: typeof width === 'number' ? width : (side?.width ?? shape.width),
  };
}

/** As many as the file takes; where it takes any number, as many as asked for and fit. */
function imagesAtOnce(
  { path, input }: EncoderFile,
  { channels }: EncoderDescription,
  { height, width }: Size,
  asked: number,
): number {
  const [declared] = input.sides;
  const fitting = Math.floor(LARGEST_INPUT / (channels * height * width));
  const least = typeof declared === 'number' ? declared : 1;
  if (fitting < least) {
    throw new EncoderError(
      'wrong-input',
      `"${path}" takes ${least} images of ${width} × ${height} pixels at once, more than fit into memory; export it for fewer or smaller ones.`,
    );
  }
  return typeof declared === 'number' ? declared : Math.min(asked, fitting);
}

class OnnxEncoder implements OpenEncoder {
  readonly fingerprint: string;
  readonly #path: string;
  readonly #input: string;
  readonly #description: EncoderDescription;
  readonly #shape: ImageShape;
  readonly #size: Size;
  readonly #program: Program;
  readonly #batch: number;
  #dimensions = 0;
  #grid: Encoder['grid'] = null;

  constructor(
    file: EncoderFile,
    description: EncoderDescription,
    shape: ImageShape,
    size: Size,
    program: Program,
    batch: number,
  ) {
    const identity = JSON.stringify([file.sha256, description, size]);
    this.fingerprint = `onnx ${createHash('sha256').update(identity).digest('hex')}`;
    // Not the file itself: its bytes are on the device by now.
    this.#path = file.path;
    this.#input = file.input.name;
    this.#description = description;
    this.#shape = shape;
    this.#size = size;
    this.#program = program;
    this.#batch = batch;
  }

  get dimensions(): number {
    return this.#dimensions;
  }

  get grid(): Encoder['grid'] {
    return this.#grid;
  }

  /** Runs once on black images: what comes out is what the file does not always say. */
  async measure(): Promise<void> {
    const { channels, height, width } = this.#shape;
    const { vectors, grid } = await this.#run([new Uint8Array(channels * height * width)]);
    this.#dimensions = vectors.length / this.#batch;
    this.#grid =
      grid === null ? null : { height: grid.height, width: grid.width, dimensions: grid.dimensions };
  }

  async encode(images: readonly Uint8Array[]): Promise<EncodedImages> {
    const vectors = new Float32Array(images.length * this.#dimensions);
    const perGrid = this.#grid === null ? 0 : this.#grid.height * this.#grid.width * this.#grid.dimensions;
    const grids = this.#grid === null ? null : new Float32Array(images.length * perGrid);
    for (let from = 0; from < images.length; from += this.#batch) {
      const part = images.slice(from, from + this.#batch);
      const found = await this.#run(part);
      vectors.set(found.vectors.subarray(0, part.length * this.#dimensions), from * this.#dimensions);
      if (found.grid !== null)
        grids?.set(found.grid.values.subarray(0, part.length * perGrid), from * perGrid);
    }
    return { vectors, grids };
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
  }

  /** At most a batch; a short one is filled up, so that an image's features do not depend on how many come with it. */
  async #run(images: readonly Uint8Array[]): Promise<{ vectors: Float32Array; grid: Grid | null }> {
    const { channels, layout, vector, grid, unitVectors } = this.#description;
    const [first = new Uint8Array()] = images;
    const filled = Array.from({ length: this.#batch }, (_, index) => images[index] ?? first);
    const { height, width } = this.#size;
    const outputs = await this.#program.run({
      [this.#input]: {
        data: encoderInput(filled, this.#shape, this.#size, this.#description),
        shape:
          layout === 'NCHW' ? [this.#batch, channels, height, width] : [this.#batch, height, width, channels],
      },
    });
    const cells = grid === null ? null : this.#gridOf(this.#floats(outputs, grid.tensor), grid.layout);
    const vectors = vector === null ? placeMeans(cells) : this.#vectorsOf(this.#floats(outputs, vector));
    return { vectors: unitVectors ? unitRows(vectors, this.#batch) : vectors, grid: cells };
  }

  #floats(outputs: HostTensors, tensor: string): HostTensor & { data: Float32Array<ArrayBuffer> } {
    const found = outputs[tensor];
    if (!(found?.data instanceof Float32Array)) throw this.#wrongOutput(tensor, 'is not of type float32');
    if (found.shape[0] !== this.#batch)
      throw this.#wrongOutput(tensor, `has the shape [${found.shape.join(', ')}] for ${this.#batch} images`);
    if (!found.data.every(Number.isFinite)) {
      throw new EncoderError(
        'not-finite',
        `The encoder "${this.#path}" gave numbers that are not finite; check its normalisation, or choose another.`,
      );
    }
    return { data: found.data, shape: found.shape };
  }

  #vectorsOf({ data, shape }: { data: Float32Array; shape: readonly number[] }): Float32Array {
    const flat = shape.length === 2 || (shape.length === 4 && shape[2] === 1 && shape[3] === 1);
    if (flat && data.length > 0) return data;
    throw this.#wrongOutput(this.#description.vector ?? '', `has the shape [${shape.join(', ')}]: no vector`);
  }

  /** `[N, D, h, w]` or `[N, h, w, D]` → `[N, h, w, D]` */
  #gridOf({ data, shape }: { data: Float32Array; shape: readonly number[] }, layout: EncoderLayout): Grid {
    const [count = 0, second = 0, third = 0, fourth = 0] = shape;
    if (shape.length !== 4 || data.length === 0)
      throw this.#wrongOutput(
        this.#description.grid?.tensor ?? '',
        `has the shape [${shape.join(', ')}]: no map`,
      );
    if (layout === 'NHWC') return { height: second, width: third, dimensions: fourth, values: data };
    const area = third * fourth;
    const values = new Float32Array(data.length);
    for (let image = 0; image < count; image++) {
      for (let channel = 0; channel < second; channel++) {
        const from = (image * second + channel) * area;
        for (let at = 0; at < area; at++) {
          values[(image * area + at) * second + channel] = data[from + at] ?? 0;
        }
      }
    }
    return { height: third, width: fourth, dimensions: second, values };
  }

  #wrongOutput(tensor: string, what: string): EncoderError {
    return new EncoderError(
      'wrong-output',
      `The output ${quoted(tensor)} of the encoder "${this.#path}" ${what}; name another, or export it again.`,
    );
  }
}

interface Grid {
  readonly height: number;
  readonly width: number;
  readonly dimensions: number;
  /** `[N, h, w, D]` */
  readonly values: Float32Array;
}

/** `[N, D]`: of each image, over all places. */
function placeMeans(grid: Grid | null): Float32Array {
  if (grid === null) throw new RangeError('neither vector nor grid');
  const { height, width, dimensions, values } = grid;
  const area = height * width;
  const means = new Float32Array(values.length / area);
  for (let row = 0; row < values.length / dimensions; row++) {
    const image = Math.floor(row / area);
    for (let at = 0; at < dimensions; at++) {
      means[image * dimensions + at] =
        (means[image * dimensions + at] ?? 0) + (values[row * dimensions + at] ?? 0) / area;
    }
  }
  return means;
}

/** Rows at length 1; a row of zeros has no direction and stays. */
function unitRows(vectors: Float32Array, rows: number): Float32Array {
  const dimensions = vectors.length / rows;
  const result = new Float32Array(vectors.length);
  for (let row = 0; row < rows; row++) {
    const own = vectors.subarray(row * dimensions, (row + 1) * dimensions);
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    if (length === 0) continue;
    for (let at = 0; at < dimensions; at++) result[row * dimensions + at] = (own[at] ?? 0) / length;
  }
  return result;
}
