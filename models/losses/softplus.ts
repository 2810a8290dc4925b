import * as a from '../array.ts';
import type { Tensor } from '../array.ts';

/** log(1 + e^x) = max(x, 0) + log(1 + e^−|x|), which overflows nowhere. */
export function softplus(x: Tensor): Tensor {
  // A maximum, whose derivative at 0 is a half, as the function has it there.
  return a.add(a.maximum(x, 0), a.log(a.add(1, a.exp(a.negative(a.absolute(x))))));
}
