/** A Glow whose last latent has a Gaussian of its own for each class (Schirrmeister et al., NeurIPS 2020, supplement): log p(x | c). */
import * as a from '../../array.ts';
import type { Tensor } from '../../array.ts';
import { type Layout, toChannelsFirst } from '../../flows/layout.ts';
import type { ImageShape } from '../../images.ts';
import type { NamedTensors, ParameterData, ParameterSpec } from '../detector.ts';
import { contributionsAndLatents } from '../glow/flow.ts';
import { type GlowSettings, glowParameterSpecs, latentChannels } from '../glow/parameters.ts';

const LOG_2PI = Math.log(2 * Math.PI);

export const CLASS_MEAN = 'class.mean';
export const CLASS_LOGS = 'class.logs';

/** Numbers of the last latent, channels first. */
function lastDimensions(glow: GlowSettings, { height, width }: ImageShape): number {
  return ((latentChannels(glow).at(-1) ?? 1) * height * width) / 4 ** glow.scales;
}

/** Glow's parameters, and each class's mean and log-deviation of the last latent's D numbers, `[K, D]`: it serves images of one size alone. */
export function classGlowParameterSpecs(
  glow: GlowSettings,
  classes: number,
  images: ImageShape,
): ParameterSpec[] {
  const shape = [classes, lastDimensions(glow, images)];
  return [
    ...glowParameterSpecs(glow),
    { name: CLASS_MEAN, shape, trained: true },
    { name: CLASS_LOGS, shape, trained: true },
  ];
}

/** Every class standard normal: the Glow as it was. */
export function initialClasses(glow: GlowSettings, classes: number, images: ImageShape): ParameterData {
  const size = classes * lastDimensions(glow, images);
  return { [CLASS_MEAN]: new Float32Array(size), [CLASS_LOGS]: new Float32Array(size) };
}

/** log p(x | c) of images `[B, C, H, W]` in [−0.5, 0.5) for each class, `[B, K]`, nats. */
export function classLogDensities(
  glow: GlowSettings,
  parameters: NamedTensors,
  images: Tensor,
  layout: Layout,
): Tensor {
  const scales = contributionsAndLatents(glow, parameters, images, layout);
  const last = scales.at(-1);
  const [mean, logs] = [parameters[CLASS_MEAN], parameters[CLASS_LOGS]];
  if (last === undefined || mean === undefined || logs === undefined)
    throw new RangeError('the model has no classes');
  const common = [
    ...scales.slice(0, -1).map(({ contribution }) => contribution),
    a.broadcastTo(last.logDet, last.contribution.shape),
  ];
  const shared = common.map((map) => a.sum(map, [1, 2])).reduce(a.add);
  return a.add(a.reshape(shared, [...shared.shape, 1]), classLogDensity(last.latent, mean, logs, layout));
}

/** log N(z; μ_c, σ_c) of a latent, `[B, K]`: two matrix products with z² and z. */
function classLogDensity(latent: Tensor, mean: Tensor, logs: Tensor, layout: Layout): Tensor {
  const [batch = 1] = latent.shape;
  const [, dimensions = 1] = mean.shape;
  const z = a.reshape(toChannelsFirst(latent, layout), [batch, dimensions]);
  const precision = a.exp(a.multiply(logs, -2));
  const weighted = a.multiply(mean, precision);
  const constants = a.sum(a.add(a.multiply(a.multiply(mean, weighted), 0.5), logs), [1]);
  const squares = a.multiply(a.matmul(a.square(z), a.transpose(precision, [1, 0])), -0.5);
  const products = a.matmul(z, a.transpose(weighted, [1, 0]));
  return a.subtract(a.add(squares, products), a.add(constants, 0.5 * dimensions * LOG_2PI));
}
