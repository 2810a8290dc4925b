/** Log-densities of vectors under a fitted flow, on a device. */
import { bindInputs } from '../../compile/bind.ts';
import { compile, compileGraph } from '../../compile/compile.ts';
import { encodeModel } from '../../compile/encode.ts';
import { type TracedProgram, trace } from '../../compile/trace.ts';
import type { Environment, HostTensors, Program } from '../../device.ts';
import { type VectorFlowSettings, logDensity, vectorFlowSpecs } from '../../flows/vector-flow.ts';
import type { ParameterData } from '../detector.ts';
import { dataOf, floats } from './named-data.ts';

/** Vectors at once. */
const ROWS = 256;

/**
 * log p(x) in nats of each vector, weights that may change between calls.
 * @param vectors `[N, D]`
 */
export async function logDensities(
  environment: Environment,
  flow: VectorFlowSettings,
  parameters: ParameterData,
  vectors: Float32Array,
): Promise<Float32Array<ArrayBuffer>> {
  const bytes = await environment.graph(`density of vector flow ${JSON.stringify(flow)} ${ROWS}`, () =>
    compile(densityProgram(flow), environment.device.scoringTarget),
  );
  const program = await environment.device.load(bytes);
  const weights = Object.fromEntries(
    vectorFlowSpecs(flow).map(({ name, shape }) => [name, { data: dataOf(parameters, name), shape }]),
  );
  try {
    return await run(program, weights, flow.dimensions, vectors);
  } finally {
    await program.dispose();
  }
}

/** The same with weights that are constants of the graph. */
export class FlowDensity {
  readonly #program: Program;
  readonly #dimensions: number;

  private constructor(program: Program, dimensions: number) {
    this.#program = program;
    this.#dimensions = dimensions;
  }

  /** @throws EngineError 'load-failed' */
  static async open(
    { device }: Environment,
    flow: VectorFlowSettings,
    parameters: ParameterData,
  ): Promise<FlowDensity> {
    const graph = compileGraph(densityProgram(flow), 'portable');
    const own = Object.fromEntries(vectorFlowSpecs(flow).map(({ name }) => [name, dataOf(parameters, name)]));
    return new FlowDensity(await device.load(encodeModel(bindInputs(graph, own))), flow.dimensions);
  }

  /** log p(x) in nats of each vector `[N, D]`. */
  of(vectors: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    return run(this.#program, {}, this.#dimensions, vectors);
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
  }
}

function densityProgram(flow: VectorFlowSettings): TracedProgram {
  const weights = vectorFlowSpecs(flow).map(({ name, shape }) => ({ name, shape, type: 'float32' as const }));
  return trace(
    (inputs) => {
      const { vectors } = inputs;
      if (vectors === undefined) throw new RangeError('the program has no input "vectors"');
      return { logDensity: logDensity(flow, inputs, vectors) };
    },
    [...weights, { name: 'vectors', shape: [ROWS, flow.dimensions], type: 'float32' }],
  );
}

/** The last batch is filled up with zeros and the filling thrown away. */
async function run(
  program: Program,
  weights: HostTensors,
  dimensions: number,
  vectors: Float32Array,
): Promise<Float32Array<ArrayBuffer>> {
  const count = vectors.length / dimensions;
  const all = new Float32Array(count);
  for (let from = 0; from < count; from += ROWS) {
    const data = new Float32Array(ROWS * dimensions);
    data.set(vectors.subarray(from * dimensions, (from + ROWS) * dimensions));
    const outputs = await program.run({ ...weights, vectors: { data, shape: [ROWS, dimensions] } });
    all.set(floats(outputs['logDensity'], 'logDensity').subarray(0, count - from), from);
  }
  return all;
}
