import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, sizeOf } from '../flows/layout.ts';

/**
 * The largest of each 2×2 pixels, `[B, C, H, W] → [B, C, H/2, W/2]` in the given layout; sides must be even. Neighbouring rows, then
 * neighbouring columns are compared as wholes, which moves over memory once each.
 */
export function maxPool(x: Tensor, layout: Layout): Tensor {
  const { batch, channels, height, width } = sizeOf(x, layout);
  if (height % 2 !== 0 || width % 2 !== 0) throw new RangeError(`${height}×${width} has no 2×2 pools`);
  // What lies inside a pixel of each axis: its channels in memory order, if they come last.
  const [outer, inner] = layout === 'channels-last' ? [batch, channels] : [batch * channels, 1];
  const rows = largerHalf(a.reshape(x, [(outer * height) / 2, 2 * width * inner]));
  const pixels = largerHalf(a.reshape(rows, [(outer * height * width) / 4, 2 * inner]));
  return a.reshape(
    pixels,
    layout === 'channels-last'
      ? [batch, height / 2, width / 2, channels]
      : [batch, channels, height / 2, width / 2],
  );
}

/** `[N, 2·M] → [N, M]` */
function largerHalf(x: Tensor): Tensor {
  const [, side = 0] = x.shape;
  const [first, second] = a.split(x, [side / 2, side / 2], 1);
  if (first === undefined || second === undefined) throw new RangeError('nothing to compare');
  return a.where(a.less(first, second), second, first);
}
