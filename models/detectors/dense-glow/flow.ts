/**
 * A Glow with fully connected subnets and fixed permutations (Schirrmeister et al., NeurIPS 2020, section 4.1): without the
 * convolutions, and so without what they assume of images.
 */
import * as a from '../../array.ts';
import type { Tensor } from '../../array.ts';
import { type ActnormParameters, actnorm, actnormFrom } from '../../flows/actnorm.ts';
import { coupling } from '../../flows/coupling.ts';
import {
  type Layout,
  fromChannelsFirst,
  halves,
  mixChannels,
  sizeOf,
  sumChannels,
} from '../../flows/layout.ts';
import { squeeze } from '../../flows/squeeze.ts';
import { denseSubnet } from '../../networks/dense-subnet.ts';
import type { NamedTensors } from '../detector.ts';
import { type DenseGlowNetwork, actnormOf, required, subnetOf } from './parameters.ts';

const LOG_2PI = Math.log(2 * Math.PI);

/** Decides how an ActNorm normalises, from its name and from what reaches it. */
type Normaliser = (name: string, x: Tensor) => ActnormParameters;

/** What each scale adds to log p(x), `[B, h_i, w_i]` in nats, of images `[B, C, H, W]` in [−0.5, 0.5). */
export function denseContributions(
  network: DenseGlowNetwork,
  parameters: NamedTensors,
  images: Tensor,
  layout: Layout,
): Tensor[] {
  return contributions(network, parameters, images, layout, (name) => actnormOf(parameters, name));
}

/** The values of all ActNorms, by parameter, that normalise what reaches them. */
export function denseInitialisation(
  network: DenseGlowNetwork,
  parameters: NamedTensors,
  images: Tensor,
  layout: Layout,
): NamedTensors {
  const set: Record<string, Tensor> = {};
  contributions(network, parameters, images, layout, (name, x) => {
    const norm = actnormFrom(x, layout);
    set[`${name}.bias`] = norm.bias;
    set[`${name}.logs`] = norm.logs;
    return norm;
  });
  return set;
}

function contributions(
  { scales, stepsPerScale }: DenseGlowNetwork,
  parameters: NamedTensors,
  images: Tensor,
  layout: Layout,
  normaliser: Normaliser,
): Tensor[] {
  const results: Tensor[] = [];
  let goesOn = fromChannelsFirst(images, layout);
  for (let scale = 0; scale < scales; scale++) {
    let y = squeeze(layout).forward(goesOn).y;
    const logDets: Tensor[] = [];
    for (let step = 0; step < stepsPerScale; step++) {
      const name = `scale${scale}.step${step}`;
      const normalised = actnorm(normaliser(`${name}.actnorm`, y), layout).forward(y);
      const permuted = mixChannels(normalised.y, required(parameters, `${name}.permutation`), layout);
      const coupled = coupling(denseSubnet(subnetOf(parameters, name), layout), layout).forward(permuted);
      logDets.push(normalised.logDet, coupled.logDet);
      y = coupled.y;
    }
    const [stays, leaves] = scale === scales - 1 ? [y, y] : halves(y, layout);
    const latent = actnorm(normaliser(`scale${scale}.prior`, leaves), layout).forward(leaves);
    results.push(a.add(logDensity(latent.y, layout), [...logDets, latent.logDet].reduce(a.add)));
    goesOn = stays;
  }
  return results;
}

/** log N(z; 0, I) summed over the channels of each pixel, `[B, h, w]`. */
function logDensity(z: Tensor, layout: Layout): Tensor {
  const { channels } = sizeOf(z, layout);
  return a.subtract(a.multiply(sumChannels(a.square(z), layout), -0.5), 0.5 * channels * LOG_2PI);
}
