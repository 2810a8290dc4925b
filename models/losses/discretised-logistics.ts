/**
 * Mixtures of logistic distributions over the 256 values of a pixel (Salimans et al. 2017, section 2.1–2.2): the share of a
 * logistic that falls into a value's bin, the first and last bins reaching to infinity. The mixture's component is drawn once a
 * pixel; green depends on red, and blue on both, linearly.
 */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, channelAxis, sizeOf } from '../flows/layout.ts';
import { softplus } from './softplus.ts';

/** Values lie 2/255 apart, from −1 to 1. */
const HALF_BIN = 1 / 255;
/** Narrower than a bin by far: lets no scale vanish. */
const LEAST_LOG_SCALE = -7;
/** Below this, 1 − e^−w loses its digits. */
const NARROW = 0.05;

/** Numbers that describe the mixture at a pixel. */
export function mixtureSize(channels: 1 | 3, components: number): number {
  return components * (1 + 2 * channels + (channels === 3 ? 3 : 0));
}

/**
 * ln P of each pixel, all its channels together, in nats: `[B, H, W]`.
 * @param values `[B, C, H, W]`, 8-bit values v as v/127.5 − 1
 * @param outputs channels of {@link mixtureSize}: weights, then means, log-scales, and for colours what makes them depend on one another
 */
export function discretisedLogistics(
  values: Tensor,
  outputs: Tensor,
  components: number,
  layout: Layout,
): Tensor {
  const axis = channelAxis(layout);
  const { channels } = sizeOf(values, layout);
  const pieces = a.split(
    outputs,
    new Array<number>(sizeOf(outputs, layout).channels / components).fill(components),
    axis,
  );
  const at = (position: number): Tensor => {
    const piece = pieces[position];
    if (piece === undefined)
      throw new RangeError(`a mixture of ${channels} channels has no part ${position}`);
    return piece;
  };
  const x = a.split(values, new Array<number>(channels).fill(1), axis);
  const perChannel = x.map((value, channel) => {
    const mean = x.slice(0, channel).reduce(
      (sum, earlier, position) => {
        const coefficient = tanh(at(1 + 2 * channels + ((channel - 1) * channel) / 2 + position));
        return a.add(sum, a.multiply(coefficient, earlier));
      },
      at(1 + channel),
    );
    return logShare(value, mean, at(1 + channels + channel));
  });
  const weights = at(0);
  const joint = a.add(weights, perChannel.reduce(a.add));
  return a.subtract(logSumExp(joint, axis), logSumExp(weights, axis));
}

/**
 * ln of a logistic's share of a bin. With p and m the bin's ends in units of the scale, σ(p) − σ(m) = σ(p)·σ(−m)·(1 − e^(m−p)), no
 * factor of which cancels digits; a bin that has no upper (lower) end has no first (second) factor, and neither the third.
 */
function logShare(value: Tensor, mean: Tensor, rawLogScale: Tensor): Tensor {
  const logScale = a.maximum(rawLogScale, LEAST_LOG_SCALE);
  const inverse = a.exp(a.negative(logScale));
  const centred = a.subtract(value, mean);
  const upper = a.multiply(inverse, a.add(centred, HALF_BIN));
  const lower = a.multiply(inverse, a.subtract(centred, HALF_BIN));
  const first = a.less(value, -0.999);
  const last = a.less(0.999, value);
  const below = a.where(last, 0, softplus(a.negative(upper)));
  const above = a.where(first, 0, softplus(lower));
  const width = a.where(
    first,
    0,
    a.where(last, 0, logOfOneLessExp(a.multiply(inverse, 2 * HALF_BIN), logScale)),
  );
  return a.subtract(width, a.add(below, above));
}

/** ln(1 − e^−w), w = 2h·e^−s: by its series where w is small. */
function logOfOneLessExp(width: Tensor, logScale: Tensor): Tensor {
  const logWidth = a.subtract(Math.log(2 * HALF_BIN), logScale);
  const small = a.minimum(width, NARROW);
  const series = a.add(a.subtract(logWidth, a.multiply(small, 0.5)), a.multiply(a.square(small), 1 / 24));
  const exact = a.log(a.subtract(1, a.exp(a.negative(a.maximum(width, NARROW)))));
  return a.where(a.less(width, NARROW), series, exact);
}

/** 2σ(2x) − 1, with σ(2x) = e^(−softplus(−2x)). */
function tanh(x: Tensor): Tensor {
  const sigmoid = a.exp(a.negative(softplus(a.multiply(x, -2))));
  return a.subtract(a.multiply(sigmoid, 2), 1);
}

/** Over one axis, which goes away. */
function logSumExp(x: Tensor, axis: number): Tensor {
  const top = a.stopGradient(a.largest(x, [axis]));
  const wide = a.reshape(
    top,
    x.shape.map((length, position) => (position === axis ? 1 : length)),
  );
  return a.add(a.log(a.sum(a.exp(a.subtract(x, wide)), [axis])), top);
}
