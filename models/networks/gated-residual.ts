/** The gated residual block of PixelCNN++ (Salimans et al. 2017, section 2.3), on causal convolutions. */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, halves, joinChannels, mixChannels, perChannel } from '../flows/layout.ts';
import { causalConvolution } from './causal-convolution.ts';

export interface GatedResidualParameters {
  /** `[h, w, 2F, F]` */
  readonly first: Tensor;
  readonly firstBias: Tensor;
  /** What comes from elsewhere in the network, `[2A, F]`; null where nothing does. */
  readonly aside: Tensor | null;
  /** `[h, w, 2F, 2F]` */
  readonly second: Tensor;
  readonly secondBias: Tensor;
}

/** x, or e^x − 1 where x is negative. */
export function elu(x: Tensor): Tensor {
  return a.where(a.less(0, x), x, a.subtract(a.exp(a.minimum(x, 0)), 1));
}

/** `[F] → [2F]`: what rises and what falls both come through. */
export function concatElu(x: Tensor, layout: Layout): Tensor {
  return elu(joinChannels([x, a.negative(x)], layout));
}

/** 1 / (1 + e^−x), and 0 where e^−x would overflow. */
export function sigmoid(x: Tensor): Tensor {
  return a.reciprocal(a.add(a.exp(a.minimum(a.negative(x), 80)), 1));
}

/**
 * x + v · σ(g), where v and g come from two convolutions of x.
 * @param aside `[A]` channels of the same size, for blocks that take some
 */
export function gatedResidual(
  x: Tensor,
  aside: Tensor | null,
  { first, firstBias, aside: mix, second, secondBias }: GatedResidualParameters,
  layout: Layout,
): Tensor {
  const own = causalConvolution(concatElu(x, layout), first, layout);
  const both =
    aside === null || mix === null ? own : a.add(own, mixChannels(concatElu(aside, layout), mix, layout));
  const hidden = concatElu(a.add(both, perChannel(firstBias, layout)), layout);
  const [value, gate] = halves(
    a.add(causalConvolution(hidden, second, layout), perChannel(secondBias, layout)),
    layout,
  );
  return a.add(x, a.multiply(value, sigmoid(gate)));
}
