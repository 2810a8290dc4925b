import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, convolve, mixChannels, perChannel } from '../flows/layout.ts';

/** 3×3 → 1×1 → 3×3 convolutions with H hidden channels, ActNorm and ReLU after the first two. */
export interface SubnetParameters {
  /** `[3, 3, C/2, H]` */
  readonly first: Tensor;
  /** `[H, H]`, inputs × outputs */
  readonly middle: Tensor;
  /** `[3, 3, C, H]`: outputs before inputs. */
  readonly last: Tensor;
  /** ActNorm after the first and second convolution, `[H]` each. */
  readonly firstNorm: ScaledOffset;
  readonly middleNorm: ScaledOffset;
  /** The learned gain of the zero-initialised last convolution, `[C]`. */
  readonly gain: ScaledOffset;
}

/** y = x · scale + offset, per channel. */
export interface ScaledOffset {
  readonly scale: Tensor;
  readonly offset: Tensor;
}

/** y = (x + bias) · e^(gain·logs), as ActNorms are kept. Any leading axes: a stack is turned at once. */
export function scaledOffset(norm: { readonly bias: Tensor; readonly logs: Tensor }, gain = 1): ScaledOffset {
  const scale = a.exp(gain === 1 ? norm.logs : a.multiply(norm.logs, gain));
  return { scale, offset: a.multiply(norm.bias, scale) };
}

/** How much faster the last convolution's log-gain learns (Kingma & Dhariwal 2018, reference settings). */
export const LAST_GAIN = 3;

/** Decides how a hidden layer is normalised from what it is about to normalise. */
export type Normaliser = (name: 'firstNorm' | 'middleNorm', activations: Tensor) => ScaledOffset;

/** `[B, C/2, H, W] → [B, C, H, W]` */
export function couplingSubnet(parameters: SubnetParameters, layout: Layout): (x: Tensor) => Tensor {
  const { firstNorm, middleNorm } = parameters;
  // Scaling the weights, whose last axis is the output, is cheaper than scaling every pixel's activations.
  const first = a.multiply(parameters.first, firstNorm.scale);
  const middle = a.multiply(parameters.middle, middleNorm.scale);
  const offset = (x: Tensor, norm: ScaledOffset) => a.add(x, perChannel(norm.offset, layout));
  return (x) => {
    const hidden = a.relu(offset(convolve(x, first, 'HWIO', layout), firstNorm));
    const deeper = a.relu(offset(mixChannels(hidden, middle, layout), middleNorm));
    return lastLayer(deeper, parameters, layout);
  };
}

/** The same network with hidden norms that are computed on the way (data-dependent initialisation). */
export function normalisedSubnet(
  parameters: SubnetParameters,
  layout: Layout,
  normalise: Normaliser,
): (x: Tensor) => Tensor {
  const normalised = (name: 'firstNorm' | 'middleNorm', x: Tensor) =>
    scaleAndOffset(x, normalise(name, x), layout);
  return (x) => {
    const hidden = a.relu(normalised('firstNorm', convolve(x, parameters.first, 'HWIO', layout)));
    const deeper = a.relu(normalised('middleNorm', mixChannels(hidden, parameters.middle, layout)));
    return lastLayer(deeper, parameters, layout);
  };
}

function lastLayer(x: Tensor, { last, gain }: SubnetParameters, layout: Layout): Tensor {
  return scaleAndOffset(convolve(x, last, 'HWOI', layout), gain, layout);
}

function scaleAndOffset(x: Tensor, { scale, offset }: ScaledOffset, layout: Layout): Tensor {
  return a.add(a.multiply(x, perChannel(scale, layout)), perChannel(offset, layout));
}
