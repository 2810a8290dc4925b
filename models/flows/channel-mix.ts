import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import type { ActnormParameters } from './actnorm.ts';
import { type LuParameters, composeWeight } from './invertible-conv.ts';
import { type Layout, mixChannels, perChannel } from './layout.ts';
import type { Transform } from './transform.ts';

/** ActNorm and the 1×1 convolution after it, for a stack of K steps: `[K, C]` and `[K, C, C]` throughout. */
export interface ChannelMixStack {
  readonly actnorm: ActnormParameters;
  readonly lu: LuParameters;
}

/**
 * K transforms, each ActNorm followed by an invertible 1×1 convolution, folded into one affine map of the channels:
 * Wᵀ-rows are scaled by e^logs and the bias goes through W. The whole stack is composed at once, because K small
 * operators cost K times the overhead of one.
 * The inverse is that of the parts (actnorm.ts, invertible-conv.ts).
 */
export function channelMixes({ actnorm, lu }: ChannelMixStack, layout: Layout): Pick<Transform, 'forward'>[] {
  const [steps = 1, channels = 1] = actnorm.logs.shape;
  const transposed = a.transpose(composeWeight(lu), [0, 2, 1]);
  const scale = a.exp(actnorm.logs);
  const matrices = a.multiply(a.reshape(scale, [steps, channels, 1]), transposed);
  const shift = a.reshape(actnorm.bias, [steps, 1, channels]);
  const offsets = a.reshape(a.matmul(shift, transposed), [steps, channels]);
  const logDets = a.sum(a.add(actnorm.logs, lu.logDiagonal), [1]);

  const matrixOf = unstack(matrices);
  const offsetOf = unstack(offsets);
  const logDetOf = unstack(logDets);
  return Array.from({ length: steps }, (_, step) => ({
    forward: (x: Tensor) => ({
      y: a.add(mixChannels(x, matrixOf(step), layout), perChannel(offsetOf(step), layout)),
      logDet: logDetOf(step),
    }),
  }));
}

/** The members of a stack along its first axis, cut once. */
export function unstack(stack: Tensor): (position: number) => Tensor {
  const [count = 1, ...shape] = stack.shape;
  const members = a
    .split(stack, new Array<number>(count).fill(1), 0)
    .map((member) => a.reshape(member, shape));
  return (position) => {
    const member = members[position];
    if (member === undefined) throw new RangeError(`member ${position} of a stack of ${count}`);
    return member;
  };
}
