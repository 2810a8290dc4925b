import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, fromChannelsFirst, sizeOf, toChannelsFirst } from '../flows/layout.ts';

/** A coupling's subnet of three fully connected layers: what it says of a pixel depends on the whole map. */
export interface DenseSubnetParameters {
  /** `[D, H]`, D the kept half's numbers, channels first in either layout: fitted weights serve both. */
  readonly first: Tensor;
  readonly firstBias: Tensor;
  /** `[H, H]` */
  readonly middle: Tensor;
  readonly middleBias: Tensor;
  /** `[H, 2D]` */
  readonly last: Tensor;
  readonly lastBias: Tensor;
}

/** `[B, C/2, H, W] → [B, C, H, W]` */
export function denseSubnet(parameters: DenseSubnetParameters, layout: Layout): (x: Tensor) => Tensor {
  const { first, firstBias, middle, middleBias, last, lastBias } = parameters;
  return (x) => {
    const { batch, channels, height, width } = sizeOf(x, layout);
    const flat = a.reshape(toChannelsFirst(x, layout), [batch, channels * height * width]);
    const hidden = a.relu(a.add(a.matmul(flat, first), firstBias));
    const deeper = a.relu(a.add(a.matmul(hidden, middle), middleBias));
    const y = a.add(a.matmul(deeper, last), lastBias);
    return fromChannelsFirst(a.reshape(y, [batch, 2 * channels, height, width]), layout);
  };
}
