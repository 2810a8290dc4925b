import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type ActnormParameters, actnorm } from '../flows/actnorm.ts';
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
  readonly firstNorm: ActnormParameters;
  readonly middleNorm: ActnormParameters;
  /** The learned gain and bias of the zero-initialised last convolution, `[C]`. */
  readonly lastScale: Tensor;
  readonly lastBias: Tensor;
}

/** The last convolution's scale is e^(3·logs): its log-gain learns three times as fast (Kingma & Dhariwal 2018). */
export const LAST_GAIN = 3;

/** Decides how a hidden layer is normalised from what it is about to normalise. */
export type Normaliser = (name: 'firstNorm' | 'middleNorm', activations: Tensor) => ActnormParameters;

/** `[B, C/2, H, W] → [B, C, H, W]` */
export function couplingSubnet(parameters: SubnetParameters, layout: Layout): (x: Tensor) => Tensor {
  const { firstNorm, middleNorm } = parameters;
  // Scaling the weights, whose last axis is the output, is cheaper than scaling every pixel's activations.
  const first = a.multiply(parameters.first, a.exp(firstNorm.logs));
  const middle = a.multiply(parameters.middle, a.exp(middleNorm.logs));
  return (x) => {
    const hidden = a.relu(a.add(convolve(x, first, 'HWIO', layout), perChannel(firstNorm.bias, layout)));
    const deeper = a.relu(a.add(mixChannels(hidden, middle, layout), perChannel(middleNorm.bias, layout)));
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
    actnorm(normalise(name, x), layout).forward(x).y;
  return (x) => {
    const hidden = a.relu(normalised('firstNorm', convolve(x, parameters.first, 'HWIO', layout)));
    const deeper = a.relu(normalised('middleNorm', mixChannels(hidden, parameters.middle, layout)));
    return lastLayer(deeper, parameters, layout);
  };
}

function lastLayer(x: Tensor, { last, lastScale, lastBias }: SubnetParameters, layout: Layout): Tensor {
  const y = convolve(x, last, 'HWOI', layout);
  return a.add(a.multiply(y, perChannel(lastScale, layout)), perChannel(lastBias, layout));
}
