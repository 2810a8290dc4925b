/** A RealNVP on vectors: what is known of their spread, then blocks of couplings (all-in-one.ts), then a standard normal density. */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type DenseLayer, vectorSubnet } from '../networks/vector-subnet.ts';
import { RandomStream } from '../random.ts';
import { UNIT_SCALE, allInOne, keptAndChanged } from './all-in-one.ts';
import { chain } from './chain.ts';
import { unstack } from './channel-mix.ts';
import type { Transform } from './transform.ts';

export interface VectorFlowSettings {
  /** Of a vector: at least 2. */
  readonly dimensions: number;
  readonly blocks: number;
  /** Width of both hidden layers of each subnet. */
  readonly hidden: number;
}

type Named<T> = Readonly<Record<string, T>>;
type Data = Float32Array<ArrayBuffer>;

interface FlowParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trained: boolean;
}

const LAYERS = ['first', 'middle', 'last'] as const;
const LOG_2PI = Math.log(2 * Math.PI);

/** Every parameter, in a fixed order. `input.*` and `permutation` are set once (from data, from the seed) and never trained. */
export function vectorFlowSpecs({ dimensions, blocks, hidden }: VectorFlowSettings): FlowParameterSpec[] {
  const [kept, changed] = keptAndChanged(dimensions);
  const sides = { first: [kept, hidden], middle: [hidden, hidden], last: [hidden, 2 * changed] } as const;
  const spec = (name: string, shape: readonly number[], trained = true) => ({ name, shape, trained });
  return [
    spec('input.mean', [dimensions], false),
    spec('input.deviation', [dimensions], false),
    spec('permutation', [blocks, dimensions], false),
    spec('scale', [blocks, dimensions]),
    spec('offset', [blocks, dimensions]),
    ...Array.from({ length: blocks }, (_, block) =>
      LAYERS.flatMap((layer) => [
        spec(`block${block}.${layer}.weight`, sides[layer]),
        spec(`block${block}.${layer}.bias`, [sides[layer][1]]),
      ]),
    ).flat(),
  ];
}

/**
 * Weights under which every coupling is the identity: the flow begins as a normal distribution with the mean and deviation of each dimension
 * of the data.
 * @param input of the in-distribution vectors, `[D]` each
 */
export function initialVectorFlow(
  settings: VectorFlowSettings,
  input: { readonly mean: Data; readonly deviation: Data },
  seed: number,
): Record<string, Data> {
  const random = new RandomStream(seed, 'vector flow');
  const { blocks, dimensions } = settings;
  const parameters: Record<string, Data> = {};
  for (const { name, shape } of vectorFlowSpecs(settings)) {
    const size = shape.reduce((product, side) => product * side, 1);
    const values = new Float32Array(size);
    // He et al. 2015, eq. 10. The last layers start at zero.
    const deviation = Math.sqrt(2 / (shape[0] ?? 1));
    if (/\.(first|middle)\.weight$/.test(name))
      for (let at = 0; at < size; at++) values[at] = deviation * random.normal();
    parameters[name] = values;
  }
  parameters['input.mean'] = input.mean;
  parameters['input.deviation'] = input.deviation;
  parameters['scale'] = new Float32Array(blocks * dimensions).fill(UNIT_SCALE);
  const permutations = new RandomStream(seed, 'vector flow permutations');
  parameters['permutation'] = Float32Array.from(
    Array.from({ length: blocks }, () => permutationOf(dimensions, permutations)).flat(),
  );
  return parameters;
}

/** Drawn again while it would leave the next block the same dimensions to change: in two dimensions that is every other draw. */
function permutationOf(dimensions: number, random: RandomStream): number[] {
  const [kept] = keptAndChanged(dimensions);
  const order = Array.from(random.permutation(dimensions));
  return order.slice(kept).every((source) => source >= kept) ? permutationOf(dimensions, random) : order;
}

/** `[B, D] → [B, D]`, from vectors to latents that are standard normal under the model. */
export function vectorFlow({ blocks }: VectorFlowSettings, parameters: Named<Tensor>): Transform {
  const get = (name: string): Tensor => {
    const tensor = parameters[name];
    if (tensor === undefined) throw new RangeError(`the flow has no parameter ${name}`);
    return tensor;
  };
  const layer = (name: string): DenseLayer => ({ weight: get(`${name}.weight`), bias: get(`${name}.bias`) });
  const [permutation, scale, offset] = [get('permutation'), get('scale'), get('offset')].map(unstack);
  if (permutation === undefined || scale === undefined || offset === undefined)
    throw new RangeError('three stacks were cut');
  const steps = Array.from({ length: blocks }, (_, block) =>
    allInOne(
      vectorSubnet({
        first: layer(`block${block}.first`),
        middle: layer(`block${block}.middle`),
        last: layer(`block${block}.last`),
      }),
      { permutation: permutation(block), scale: scale(block), offset: offset(block) },
    ),
  );
  return chain([standardised(get('input.mean'), get('input.deviation')), ...steps]);
}

/** log p(x) in nats, `[B]`. */
export function logDensity(settings: VectorFlowSettings, parameters: Named<Tensor>, x: Tensor): Tensor {
  const { y, logDet } = vectorFlow(settings, parameters).forward(x);
  const normal = a.subtract(a.multiply(a.sum(a.square(y), [1]), -0.5), 0.5 * settings.dimensions * LOG_2PI);
  return a.add(normal, logDet);
}

/** y = (x − mean) / deviation: subnets see numbers about 1, whatever the unit of the data. */
function standardised(mean: Tensor, deviation: Tensor): Transform {
  return {
    forward: (x) => ({
      y: a.divide(a.subtract(x, mean), deviation),
      logDet: a.negative(a.sum(a.log(deviation))),
    }),
    inverse: (y) => a.add(a.multiply(y, deviation), mean),
  };
}
