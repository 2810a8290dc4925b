import * as a from '../array.ts';
import type { Tensor } from '../array.ts';

const SLOPE = 0.01;

/** x where it is positive, a hundredth of it elsewhere. A product with a constant mask, so that its gradient is one as well. */
export function leakyRelu(x: Tensor): Tensor {
  return a.multiply(x, a.where(a.less(0, x), 1, SLOPE));
}
