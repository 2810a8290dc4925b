/** Affine coupling: half of the channels set the scale and shift of the other half (Kingma & Dhariwal 2018, §3.3). */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, halves, joinChannels, sumChannels } from './layout.ts';
import type { Transform } from './transform.ts';

/** From the kept half `[B, C/2, H, W]` to shift and raw scale side by side, `[B, C, H, W]`. */
export type Subnet = (x: Tensor) => Tensor;

/** y = (x + shift) · sigmoid(raw + 2): near the identity when the subnet starts at zero. */
export function coupling(subnet: Subnet, layout: Layout): Transform {
  const shiftAndGate = (kept: Tensor) => {
    const [shift, raw] = halves(subnet(kept), layout);
    // 1 / gate = 1 + e^−(raw + 2)
    const inverseGate = a.add(a.exp(a.negative(a.add(raw, 2))), 1);
    return { shift, inverseGate };
  };
  return {
    forward(x) {
      const [kept, changed] = halves(x, layout);
      const { shift, inverseGate } = shiftAndGate(kept);
      return {
        y: joinChannels([kept, a.divide(a.add(changed, shift), inverseGate)], layout),
        logDet: a.negative(sumChannels(a.log(inverseGate), layout)),
      };
    },
    inverse(y) {
      const [kept, changed] = halves(y, layout);
      const { shift, inverseGate } = shiftAndGate(kept);
      return joinChannels([kept, a.subtract(a.multiply(changed, inverseGate), shift)], layout);
    },
  };
}
