import type { Tensor } from '../../array.ts';
import { elementCount } from '../../compile/graph.ts';
import type { ActnormParameters } from '../../flows/actnorm.ts';
import type { ImageShape } from '../../images.ts';
import type { DenseSubnetParameters } from '../../networks/dense-subnet.ts';
import { RandomStream } from '../../random.ts';
import type { NamedTensors, ParameterData, ParameterSpec } from '../detector.ts';

/** What a dense Glow is made of. Its subnets see all pixels at once, so that it serves images of one size alone. */
export interface DenseGlowNetwork extends ImageShape {
  /** Each opens with a 2×2 squeeze; half of the channels leave after every scale but the last. */
  readonly scales: number;
  readonly stepsPerScale: number;
  /** Width of both hidden layers of the subnets. */
  readonly hidden: number;
}

const LAYERS = ['first', 'firstBias', 'middle', 'middleBias', 'last', 'lastBias'] as const;

/** Channels inside scale i, after its squeeze. */
function channelsAt({ channels }: DenseGlowNetwork, scale: number): number {
  return channels * 4 * 2 ** scale;
}

/** Every parameter by name, in a fixed order. */
export function denseGlowParameterSpecs(network: DenseGlowNetwork): ParameterSpec[] {
  const { scales, stepsPerScale, hidden, height, width } = network;
  return Array.from({ length: scales }, (_, scale) => {
    const c = channelsAt(network, scale);
    const kept = (c / 2) * (height / 2 ** (scale + 1)) * (width / 2 ** (scale + 1));
    const latent = scale === scales - 1 ? c : c / 2;
    const spec = (name: string, shape: readonly number[], trained = true): ParameterSpec => ({
      name: `scale${scale}.${name}`,
      shape,
      trained,
    });
    const shapes: Readonly<Record<(typeof LAYERS)[number], readonly number[]>> = {
      first: [kept, hidden],
      firstBias: [hidden],
      middle: [hidden, hidden],
      middleBias: [hidden],
      last: [hidden, 2 * kept],
      lastBias: [2 * kept],
    };
    return [
      ...Array.from({ length: stepsPerScale }, (__, step) => [
        spec(`step${step}.actnorm.bias`, [c]),
        spec(`step${step}.actnorm.logs`, [c]),
        spec(`step${step}.permutation`, [c, c], false),
        ...LAYERS.map((layer) => spec(`step${step}.${layer}`, shapes[layer])),
      ]).flat(),
      spec('prior.bias', [latent]),
      spec('prior.logs', [latent]),
    ];
  }).flat();
}

/** Permutations are drawn, hidden layers as He et al. 2015 (eq. 10), and last layers are zero: each coupling begins near the identity. */
export function initialDenseGlowParameters(network: DenseGlowNetwork, seed: number): ParameterData {
  const weights = new RandomStream(seed, 'dense glow parameters');
  const orders = new RandomStream(seed, 'dense glow permutations');
  return Object.fromEntries(
    denseGlowParameterSpecs(network).map(({ name, shape }) => {
      const values = new Float32Array(elementCount(shape));
      const [rows = 1] = shape;
      if (name.endsWith('.permutation')) {
        permutationOf(rows, orders).forEach((source, place) => (values[source * rows + place] = 1));
      } else if (/\.(first|middle)$/.test(name)) {
        const deviation = Math.sqrt(2 / rows);
        for (let at = 0; at < values.length; at++) values[at] = deviation * weights.normal();
      }
      return [name, values];
    }),
  );
}

/** Drawn again while a coupling would keep the same channels as the one before. */
function permutationOf(count: number, random: RandomStream): Uint32Array {
  const order = random.permutation(count);
  return order.subarray(0, count / 2).every((source) => source < count / 2)
    ? permutationOf(count, random)
    : order;
}

export function actnormOf(parameters: NamedTensors, name: string): ActnormParameters {
  return { bias: required(parameters, `${name}.bias`), logs: required(parameters, `${name}.logs`) };
}

export function subnetOf(parameters: NamedTensors, step: string): DenseSubnetParameters {
  const get = (layer: (typeof LAYERS)[number]) => required(parameters, `${step}.${layer}`);
  return {
    first: get('first'),
    firstBias: get('firstBias'),
    middle: get('middle'),
    middleBias: get('middleBias'),
    last: get('last'),
    lastBias: get('lastBias'),
  };
}

export function required(parameters: NamedTensors, name: string): Tensor {
  const tensor = parameters[name];
  if (tensor === undefined) throw new RangeError(`the model has no parameter ${name}`);
  return tensor;
}
