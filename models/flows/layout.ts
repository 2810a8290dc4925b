/**
 * Where the channels of a feature map sit. The flows are written once and traced in the order that a device computes
 * fastest: `channels-first [B, C, H, W]` for convolution kernels with constant weights (scoring),
 * `channels-last [B, H, W, C]` for matrix products (training).
 */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';

export type Layout = 'channels-first' | 'channels-last';

export interface MapSize {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export function sizeOf(x: Tensor, layout: Layout): MapSize {
  const [batch = 1, second = 1, third = 1, fourth = 1] = x.shape;
  return layout === 'channels-first'
    ? { batch, channels: second, height: third, width: fourth }
    : { batch, channels: fourth, height: second, width: third };
}

export function channelAxis(layout: Layout): number {
  return layout === 'channels-first' ? 1 : 3;
}

/** `[C]` → a shape that broadcasts over a feature map. */
export function perChannel(values: Tensor, layout: Layout): Tensor {
  return layout === 'channels-first' ? a.reshape(values, [...values.shape, 1, 1]) : values;
}

/** Sums over channels: `[B, H, W]`. */
export function sumChannels(x: Tensor, layout: Layout): Tensor {
  return a.sum(x, [channelAxis(layout)]);
}

/** Mean and variance of each channel over batch and pixels, `[C]` each. */
export function channelMoments(x: Tensor, layout: Layout): { mean: Tensor; variance: Tensor } {
  const axes = layout === 'channels-first' ? [0, 2, 3] : [0, 1, 2];
  const mean = a.mean(x, axes);
  const centred = a.subtract(x, perChannel(mean, layout));
  return { mean, variance: a.mean(a.square(centred), axes) };
}

/** First and second half of the channels. */
export function halves(x: Tensor, layout: Layout): [Tensor, Tensor] {
  const { channels } = sizeOf(x, layout);
  const [first, second] = a.split(x, [channels / 2, channels / 2], channelAxis(layout));
  if (first === undefined || second === undefined)
    throw new RangeError(`${channels} channels have no halves`);
  return [first, second];
}

export function joinChannels(parts: readonly Tensor[], layout: Layout): Tensor {
  return a.concat(parts, channelAxis(layout));
}

/** Multiplies every pixel's channels by a matrix: `y = x · matrix`, `matrix [I, O]`. */
export function mixChannels(x: Tensor, matrix: Tensor, layout: Layout): Tensor {
  const [inputs = 1, outputs = 1] = matrix.shape;
  if (layout === 'channels-first') {
    return a.convolve(x, a.reshape(a.transpose(matrix, [1, 0]), [outputs, inputs, 1, 1]));
  }
  const { batch, height, width } = sizeOf(x, layout);
  const rows = a.reshape(x, [batch * height * width, inputs]);
  return a.reshape(a.matmul(rows, matrix), [batch, height, width, outputs]);
}

/** The order of a kernel's axes in memory: chosen so that its matrix products need no copy of the weights. */
export type KernelOrder = 'HWIO' | 'HWOI';

/** Same-size convolution, `kernel [h, w, I, O]` or `[h, w, O, I]`, whose window is centred unless `reach` says otherwise. */
export function convolve(
  x: Tensor,
  kernel: Tensor,
  order: KernelOrder,
  layout: Layout,
  reach?: a.Reach,
): Tensor {
  const filters = a.transpose(kernel, order === 'HWIO' ? [3, 2, 0, 1] : [2, 3, 0, 1]);
  if (layout === 'channels-first') return a.convolve(x, filters, reach);
  return a.transpose(a.convolve(a.transpose(x, [0, 3, 1, 2]), filters, reach), [0, 2, 3, 1]);
}

/** Reorders an image given as `[B, C, H, W]`. */
export function fromChannelsFirst(x: Tensor, layout: Layout): Tensor {
  return layout === 'channels-first' ? x : a.transpose(x, [0, 2, 3, 1]);
}

export function toChannelsFirst(x: Tensor, layout: Layout): Tensor {
  return layout === 'channels-first' ? x : a.transpose(x, [0, 3, 1, 2]);
}
