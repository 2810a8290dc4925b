import type { Tensor } from '../../array.ts';
import { elementCount } from '../../compile/graph.ts';
import { randomLu } from '../../flows/linear-algebra.ts';
import type { ActnormParameters } from '../../flows/actnorm.ts';
import type { LuParameters } from '../../flows/invertible-conv.ts';
import type { SubnetParameters } from '../../networks/coupling-subnet.ts';
import { RandomStream } from '../../random.ts';
import type { ParameterData, ParameterSpec } from '../detector.ts';

/** What a Glow is made of. Height and width of the images are not part of it: the flow is fully convolutional. */
export interface GlowSettings {
  readonly channels: 1 | 3;
  /** Each opens with a 2×2 squeeze; half of the channels leave after every scale but the last. */
  readonly scales: number;
  readonly stepsPerScale: number;
  readonly hiddenChannels: number;
}

/** One scale's parameters; those that are per channel of the flow are stacks over its K steps. */
export interface ScaleParameters {
  readonly actnorm: ActnormParameters;
  readonly lu: LuParameters;
  /** Scale (as logs) and bias of the subnets' last convolutions. */
  readonly gain: ActnormParameters;
  readonly subnets: readonly HiddenLayers[];
  readonly prior: ActnormParameters;
}

/**
 * A step's coupling network but for its gain. Not stacked: these are the largest tensors, and their gradients hold on
 * to the largest activations until they are computed.
 */
export type HiddenLayers = Omit<SubnetParameters, 'lastScale' | 'lastBias'>;

/** Channels inside scale i, after its squeeze. */
export function scaleChannels({ channels, scales }: GlowSettings): number[] {
  return Array.from({ length: scales }, (_, scale) => channels * 4 * 2 ** scale);
}

/** Channels that leave at scale i: half, and at the last scale all. */
export function latentChannels(settings: GlowSettings): number[] {
  return scaleChannels(settings).map((side, scale) => (scale < settings.scales - 1 ? side / 2 : side));
}

/** Every parameter by name, in a fixed order. */
export function glowParameterSpecs(settings: GlowSettings): ParameterSpec[] {
  const { stepsPerScale: k, hiddenChannels: h } = settings;
  const latents = latentChannels(settings);
  return scaleChannels(settings).flatMap((c, scale) => {
    const spec = (name: string, shape: number[], trained = true): ParameterSpec => ({
      name: `scale${scale}.${name}`,
      shape,
      trained,
    });
    const latent = latents[scale] ?? c;
    return [
      spec('actnorm.bias', [k, c]),
      spec('actnorm.logs', [k, c]),
      spec('lu.permutation', [k, c, c], false),
      spec('lu.sign', [k, c], false),
      spec('lu.lower', [k, c, c]),
      spec('lu.upper', [k, c, c]),
      spec('lu.logDiagonal', [k, c]),
      spec('gain.bias', [k, c]),
      spec('gain.logs', [k, c]),
      spec('prior.bias', [latent]),
      spec('prior.logs', [latent]),
      ...Array.from({ length: k }, (_, step) => [
        spec(`step${step}.firstNorm.bias`, [h]),
        spec(`step${step}.firstNorm.logs`, [h]),
        spec(`step${step}.middleNorm.bias`, [h]),
        spec(`step${step}.middleNorm.logs`, [h]),
        spec(`step${step}.first`, [3, 3, c / 2, h]),
        spec(`step${step}.middle`, [h, h]),
        spec(`step${step}.last`, [3, 3, c, h]),
      ]).flat(),
    ];
  });
}

/** Finds a scale's parameters among named tensors. */
export function bindScale(
  tensors: Readonly<Record<string, Tensor>>,
  scale: number,
  steps: number,
): ScaleParameters {
  const get = (name: string): Tensor => {
    const tensor = tensors[`scale${scale}.${name}`];
    if (tensor === undefined) throw new RangeError(`the model has no parameter scale${scale}.${name}`);
    return tensor;
  };
  const affine = (name: string) => ({ bias: get(`${name}.bias`), logs: get(`${name}.logs`) });
  return {
    actnorm: affine('actnorm'),
    lu: {
      permutation: get('lu.permutation'),
      sign: get('lu.sign'),
      lower: get('lu.lower'),
      upper: get('lu.upper'),
      logDiagonal: get('lu.logDiagonal'),
    },
    gain: affine('gain'),
    prior: affine('prior'),
    subnets: Array.from({ length: steps }, (_, step) => ({
      firstNorm: affine(`step${step}.firstNorm`),
      middleNorm: affine(`step${step}.middleNorm`),
      first: get(`step${step}.first`),
      middle: get(`step${step}.middle`),
      last: get(`step${step}.last`),
    })),
  };
}

/** Standard deviation of the first two convolutions' weights at the start (Kingma & Dhariwal 2018). */
const KERNEL_DEVIATION = 0.05;

/**
 * Parameters before data is seen: random rotations as 1×1 convolutions, normal kernels, last convolutions zero.
 * ActNorms start as identities and are set from data by the model's data-dependent initialisation.
 */
export function initialGlowParameters(settings: GlowSettings, seed: number): ParameterData {
  const parameters: Record<string, Float32Array<ArrayBuffer>> = {};
  const random = new RandomStream(seed, 'glow parameters');
  for (const { name, shape } of glowParameterSpecs(settings)) {
    const size = elementCount(shape);
    const values = new Float32Array(size);
    if (/\.step\d+\.(first|middle)$/.test(name)) {
      for (let index = 0; index < size; index++) values[index] = random.normal() * KERNEL_DEVIATION;
    }
    parameters[name] = values;
  }
  scaleChannels(settings).forEach((channels, scale) => {
    for (let step = 0; step < settings.stepsPerScale; step++) {
      for (const [part, values] of Object.entries(randomLu(channels, random))) {
        parameters[`scale${scale}.lu.${part}`]?.set(values, step * values.length);
      }
    }
  });
  return parameters;
}
