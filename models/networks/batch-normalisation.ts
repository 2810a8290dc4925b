import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, channelAxis } from '../flows/layout.ts';

/** Of each channel, `[C]` both. */
export interface Moments {
  readonly mean: Tensor;
  /** Without Bessel's correction. */
  readonly variance: Tensor;
}

/** As in PyTorch implementations of Deep SVDD. */
const EPSILON = 1e-4;

/** Over everything but the channels, of a feature map `[B, C, H, W]` or `[B, H, W, C]`, or of vectors `[B, C]`. */
export function batchMoments(x: Tensor, layout: Layout): Moments {
  const axis = x.shape.length === 2 ? 1 : channelAxis(layout);
  const others = x.shape.flatMap((_, position) => (position === axis ? [] : [position]));
  const mean = a.mean(x, others);
  const centred = a.subtract(x, alongChannels(mean, x, layout));
  return { mean, variance: a.mean(a.square(centred), others) };
}

/**
 * (x − mean)/√(variance + ε) + shift (Ioffe & Szegedy 2015) without a learned gain: before a leaky ReLU, which lets positive
 * factors through, the next layer's weights do what a gain would.
 * @param shift `[C]`, or null for none
 */
export function normalise(
  x: Tensor,
  { mean, variance }: Moments,
  shift: Tensor | null,
  layout: Layout,
): Tensor {
  const scale = a.reciprocal(a.sqrt(a.add(variance, EPSILON)));
  const centre = a.multiply(mean, scale);
  const offset = shift === null ? a.negative(centre) : a.subtract(shift, centre);
  return a.add(a.multiply(x, alongChannels(scale, x, layout)), alongChannels(offset, x, layout));
}

function alongChannels(values: Tensor, x: Tensor, layout: Layout): Tensor {
  return x.shape.length === 4 && layout === 'channels-first' ? a.reshape(values, [-1, 1, 1]) : values;
}
