import { bindInputs } from '../../compile/bind.ts';
import { compileGraph } from '../../compile/compile.ts';
import { encodeModel } from '../../compile/encode.ts';
import type { ParameterData, ScoredModel } from '../detector.ts';
import type { Environment, HostTensor, Program } from '../../device.ts';
import type { ImageShape } from '../../images.ts';
import { imageBatch } from './image-batch.ts';

/** What a likelihood model says of one image. */
export interface Likelihood {
  /** c_i of each scale, nats. Their sum is log p(x). */
  readonly contributions: readonly number[];
  /** The maps that the contributions are sums of. */
  readonly maps: readonly ScaleMap[];
}

export interface ScaleMap {
  readonly height: number;
  readonly width: number;
  /** Row-major, nats. */
  readonly values: Float32Array;
}

/** The scoring graph as a standalone ONNX file: input `images [B, C, H, W]`, outputs `map<i> [B, h_i, w_i]` in nats. */
export function scoringGraph(
  model: ScoredModel,
  parameters: ParameterData,
  batch: number,
  shape: ImageShape,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const graph = compileGraph(model.traceScoring(batch, shape), 'portable');
  return encodeModel(bindInputs(graph, parameters), metadata);
}

/** Scores images of one shape, a fixed number at a time, with weights that are constants of the graph. */
export class LikelihoodScorer {
  readonly #program: Program;
  readonly #shape: ImageShape;
  readonly #scales: number;
  readonly batch: number;

  private constructor(program: Program, shape: ImageShape, scales: number, batch: number) {
    this.#program = program;
    this.#shape = shape;
    this.#scales = scales;
    this.batch = batch;
  }

  static async open(
    { device }: Environment,
    model: ScoredModel,
    parameters: ParameterData,
    batch: number,
    shape: ImageShape,
  ): Promise<LikelihoodScorer> {
    const program = await device.load(scoringGraph(model, parameters, batch, shape));
    return new LikelihoodScorer(program, shape, model.scales, batch);
  }

  /** At most `batch` images, planar 8 bit; a short batch is filled up and the filling thrown away. */
  async score(images: readonly Uint8Array[]): Promise<Likelihood[]> {
    if (images.length === 0) return [];
    const outputs = await this.#program.run(imageBatch(images, this.batch, this.#shape));
    const maps = Array.from({ length: this.#scales }, (_, scale) => mapOf(outputs[`map${scale}`], scale));
    return images.map((_, index) => {
      const own = maps.map((map) => map(index));
      return {
        maps: own,
        contributions: own.map(({ values }) => values.reduce((sum, value) => sum + value, 0)),
      };
    });
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
  }
}

export function logLikelihood({ contributions }: Likelihood): number {
  return contributions.reduce((sum, contribution) => sum + contribution, 0);
}

function mapOf(tensor: HostTensor | undefined, scale: number): (image: number) => ScaleMap {
  const [, height, width] = tensor?.shape ?? [];
  const data = tensor?.data;
  if (!(data instanceof Float32Array) || height === undefined || width === undefined) {
    throw new TypeError(`the scoring graph has no output map${scale}`);
  }
  const size = height * width;
  return (image) => ({ height, width, values: data.slice(image * size, (image + 1) * size) });
}
