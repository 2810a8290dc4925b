/**
 * Group normalisation (Wu & He 2018, eq. 1–7): each sample's channels are normalised in groups over its own pixels. It does the
 * same while training and after, and nothing leaks from one sample of a batch to another.
 */
import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { type Layout, sizeOf } from '../flows/layout.ts';

export interface NormalisationParameters {
  /** `[C]` each. */
  readonly gain: Tensor;
  readonly bias: Tensor;
}

/** Against division by nothing where a group is constant. */
const EPSILON = 1e-5;

/** `x`, a map in `layout`. @param groupChannels channels that are normalised together, a divisor of C */
export function groupNormalisation(
  x: Tensor,
  { gain, bias }: NormalisationParameters,
  groupChannels: number,
  layout: Layout,
): Tensor {
  const { batch, channels } = sizeOf(x, layout);
  const groups = channels / groupChannels;
  if (!Number.isInteger(groups))
    throw new RangeError(`${channels} channels have no groups of ${groupChannels}`);
  const pixels = layout === 'channels-first' ? [2, 3] : [1, 2];
  const overMap = (values: Tensor): Tensor =>
    a.reshape(values, layout === 'channels-first' ? [batch, channels, 1, 1] : [batch, 1, 1, channels]);
  // Pixels first, then channels: two sums along whole rows are faster than one over axes that lie apart.
  const groupMean = (values: Tensor): Tensor => {
    const grouped = a.mean(a.reshape(a.mean(values, pixels), [batch, groups, groupChannels]), [2]);
    const repeated = a.broadcastTo(a.reshape(grouped, [batch, groups, 1]), [batch, groups, groupChannels]);
    return a.reshape(repeated, [batch, channels]);
  };
  const centred = a.subtract(x, overMap(groupMean(x)));
  const deviation = a.sqrt(a.add(groupMean(a.square(centred)), EPSILON));
  const offset = a.reshape(bias, layout === 'channels-first' ? [1, channels, 1, 1] : [1, 1, 1, channels]);
  return a.add(a.multiply(centred, overMap(a.divide(gain, deviation))), offset);
}
