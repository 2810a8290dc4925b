/** The built-in encoder: texture features that need no training, on any device. Honest about what it is: it has never seen an object. */
import * as a from '../array.ts';
import { compile } from '../compile/compile.ts';
import { trace } from '../compile/trace.ts';
import type { Environment, HostTensor, Program } from '../device.ts';
import { type ImageShape, elementsOf, scoringInput } from '../images.ts';
import {
  FILTER_BANK,
  type FilterBankSettings,
  filterBank,
  gridDimensions,
  gridOf,
} from '../networks/filter-bank.ts';

export interface FilterBankEncoder {
  readonly fingerprint: string;
  /** Of the vector: mean and deviation over the grid of each of its dimensions. */
  readonly dimensions: number;
  readonly grid: { readonly height: number; readonly width: number; readonly dimensions: number };
  encode(
    images: readonly Uint8Array[],
  ): Promise<{ vectors: Float32Array<ArrayBuffer>; grids: Float32Array<ArrayBuffer> }>;
  dispose(): Promise<void>;
}

const BATCH = 16;

/** @throws EngineError 'load-failed'; RangeError for a shape that is not whole cells */
export async function openFilterBank(
  environment: Environment,
  shape: ImageShape,
  settings: FilterBankSettings = FILTER_BANK,
): Promise<FilterBankEncoder> {
  const { channels, height, width } = shape;
  const grid = { ...gridOf(shape, settings), dimensions: gridDimensions(channels, settings) };
  const fingerprint = `filter-bank 1 ${JSON.stringify(settings)} ${JSON.stringify(shape)}`;
  const bytes = await environment.graph(`${fingerprint} ${BATCH}`, () =>
    compile(
      trace(
        (inputs) => encoded(inputs.images, shape, settings),
        [{ name: 'images', shape: [BATCH, channels, height, width], type: 'float32' }],
      ),
      environment.device.scoringTarget,
    ),
  );
  const program = await environment.device.load(bytes);
  const dimensions = 2 * grid.dimensions;
  const gridSize = grid.height * grid.width * grid.dimensions;
  return {
    fingerprint,
    dimensions,
    grid,
    async encode(images) {
      const vectors = new Float32Array(images.length * dimensions);
      const grids = new Float32Array(images.length * gridSize);
      for (let from = 0; from < images.length; from += BATCH) {
        const outputs = await run(program, images.slice(from, from + BATCH), shape);
        const kept = Math.min(BATCH, images.length - from);
        vectors.set(floats(outputs.vectors).subarray(0, kept * dimensions), from * dimensions);
        grids.set(floats(outputs.grids).subarray(0, kept * gridSize), from * gridSize);
      }
      return { vectors, grids };
    },
    dispose: () => program.dispose(),
  };
}

function encoded(
  images: a.Tensor | undefined,
  shape: ImageShape,
  settings: FilterBankSettings,
): Record<'vectors' | 'grids', a.Tensor> {
  if (images === undefined) throw new RangeError('the encoder has no input "images"');
  const features = filterBank(images, shape, settings);
  const mean = a.mean(features, [2, 3]);
  const centred = a.subtract(features, a.reshape(mean, [...mean.shape, 1, 1]));
  const deviation = a.sqrt(a.mean(a.square(centred), [2, 3]));
  return { vectors: a.concat([mean, deviation], 1), grids: a.transpose(features, [0, 2, 3, 1]) };
}

/** A short batch is filled up with its first image. */
function run(
  program: Program,
  images: readonly Uint8Array[],
  shape: ImageShape,
): Promise<Readonly<Record<string, HostTensor>>> {
  const [first = new Uint8Array()] = images;
  const filled = Array.from({ length: BATCH }, (_, slot) => images[slot] ?? first);
  const { channels, height, width } = shape;
  return program.run({
    images: { data: scoringInput(filled, elementsOf(shape)), shape: [BATCH, channels, height, width] },
  });
}

function floats(tensor: HostTensor | undefined): Float32Array<ArrayBuffer> {
  if (!(tensor?.data instanceof Float32Array)) throw new TypeError('the encoder gave no float32 tensor');
  return tensor.data;
}
