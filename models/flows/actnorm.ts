/** ActNorm: an affine map per channel, set from data once and learned from then on (Kingma & Dhariwal 2018, §3.1). */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, channelMoments, perChannel } from './layout.ts';
import type { Transform } from './transform.ts';

/** y = x · e^logs + bias; both `[C]`, or stacks of them. */
export interface ActnormParameters {
  readonly bias: Tensor;
  readonly logs: Tensor;
}

/** Keeps constant channels finite: their scale stops at 1/ε. */
const EPSILON = 1e-3;

export function actnorm({ bias, logs }: ActnormParameters, layout: Layout): Transform {
  return {
    forward: (x) => ({
      y: a.add(a.multiply(x, perChannel(a.exp(logs), layout)), perChannel(bias, layout)),
      logDet: a.sum(logs),
    }),
    inverse: (y) =>
      a.multiply(a.subtract(y, perChannel(bias, layout)), perChannel(a.exp(a.negative(logs)), layout)),
  };
}

/** The parameters that give x zero mean and unit variance per channel. */
export function actnormFrom(x: Tensor, layout: Layout): ActnormParameters {
  const { mean, variance } = channelMoments(x, layout);
  const logs = a.negative(a.log(a.add(a.sqrt(variance), EPSILON)));
  return { logs, bias: a.negative(a.multiply(mean, a.exp(logs))) };
}
