/**
 * Convolutions that see no pixel at or after their own in raster order (van den Oord et al. 2016; Salimans et al. 2017, section 2.3).
 * Two streams share the work: the vertical one sees whole rows above, the horizontal one the pixels before in the same row too.
 */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, convolve, sizeOf } from '../flows/layout.ts';

/** `vertical`: windows of 2×3 over this row and the one above; `horizontal`: of 2×2, this column and the one to the left. */
export type Stream = 'vertical' | 'horizontal';

/** Rows and columns of a stream's kernels. */
export const WINDOWS: Readonly<Record<Stream, readonly [number, number]>> = {
  vertical: [2, 3],
  horizontal: [2, 2],
};

/** `kernel [h, w, I, O]` with the sides of {@link WINDOWS}. A stream whose input is causal stays so. */
export function causalConvolution(x: Tensor, kernel: Tensor, layout: Layout): Tensor {
  return convolve(x, kernel, 'HWIO', layout, { above: 1, left: 1 });
}

/** Moves everything by one pixel; what comes in is zero. */
export function shifted(x: Tensor, towards: 'down' | 'right', layout: Layout): Tensor {
  const axis = (layout === 'channels-first' ? 2 : 1) + (towards === 'down' ? 0 : 1);
  const { height, width } = sizeOf(x, layout);
  const side = towards === 'down' ? height : width;
  const border = a.zeros(x.shape.map((length, position) => (position === axis ? 1 : length)));
  if (side === 1) return border;
  const [kept = x] = a.split(x, [side - 1, 1], axis);
  return a.concat([border, kept], axis);
}
