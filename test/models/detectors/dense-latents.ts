/** The map that a dense Glow is the density of, rebuilt from its transforms one by one. */
import * as a from '../../../models/array.ts';
import type { Tensor } from '../../../models/array.ts';
import {
  type DenseGlowNetwork,
  actnormOf,
  required,
  subnetOf,
} from '../../../models/detectors/dense-glow/parameters.ts';
import { actnorm } from '../../../models/flows/actnorm.ts';
import { coupling } from '../../../models/flows/coupling.ts';
import { halves, mixChannels } from '../../../models/flows/layout.ts';
import { squeeze } from '../../../models/flows/squeeze.ts';
import { denseSubnet } from '../../../models/networks/dense-subnet.ts';
import { tensorOf } from '../evaluate.ts';
import { type Sample, type Samples, sample } from '../samples.ts';

export function denseLatents(network: DenseGlowNetwork, samples: Samples, x: Sample) {
  const parameters = Object.fromEntries(
    Object.entries(samples).map(([name, values]) => [name, tensorOf(values)]),
  );
  const layout = 'channels-first';
  const flat = (values: Tensor): Tensor => {
    const latents: Tensor[] = [];
    let h = a.reshape(values, [1, network.channels, network.height, network.width]);
    for (let scale = 0; scale < network.scales; scale++) {
      h = squeeze(layout).forward(h).y;
      for (let step = 0; step < network.stepsPerScale; step++) {
        const name = `scale${scale}.step${step}`;
        h = actnorm(actnormOf(parameters, `${name}.actnorm`), layout).forward(h).y;
        h = mixChannels(h, required(parameters, `${name}.permutation`), layout);
        h = coupling(denseSubnet(subnetOf(parameters, name), layout), layout).forward(h).y;
      }
      const [stays, leaves] = scale === network.scales - 1 ? [h, h] : halves(h, layout);
      const z = actnorm(actnormOf(parameters, `scale${scale}.prior`), layout).forward(leaves).y;
      latents.push(a.reshape(z, [z.size]));
      h = stays;
    }
    return a.concat(latents, 0);
  };
  return { flat, point: () => tensorOf(sample(Array.from(x.data), [x.data.length])) };
}
