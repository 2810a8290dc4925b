import { type Climbed, climb } from '../../models/detectors/glow/climb.ts';
import { LatentImages, pixelsOf } from '../../models/detectors/glow/latent-images.ts';
import { bitsPerDimension, elementsOf } from '../../models/images.ts';
import { mean } from '../accuracy/intervals.ts';
import type { Pixels } from '../accuracy/image-pools.ts';
import type { Analysis } from './analysis.ts';
import { correlation } from './correlation.ts';
import { firstModel } from './likelihoods.ts';

/** Images of each side; a climb is a hundred passes there and back. */
const CLIMBED = 4;
const SETTINGS = { steps: 100, rate: 0.05 };

export const climbing: Analysis = {
  title: 'Climbing the likelihood with the last latent held',
  about:
    'Images moved along the slope of log p while the latent of the last scale stays as it is: what remains of them is what that latent holds.',

  async run(input) {
    const { environment, glow, shape, report } = input;
    const size = elementsOf(shape);
    const model = firstModel(input);
    const images = [...input.inside.slice(0, CLIMBED), ...input.outside.slice(0, CLIMBED)];
    const latentImages = await LatentImages.open(environment, glow, model, shape, 1);
    const climbed: Climbed[] = [];
    const ends: Pixels[] = [];
    try {
      for (const image of images) {
        const start = await latentImages.latentsOf([image]);
        const end = await climb(environment, glow, model, shape, start, SETTINGS);
        climbed.push(end);
        ends.push(pixelsOf(end.image));
        report(`climbing: ${climbed.length} of ${images.length} images`);
      }
    } finally {
      await latentImages.dispose();
    }
    const bits = (some: readonly Climbed[], of: 'first' | 'last') =>
      bitsPerDimension(
        mean(some.map(({ logLikelihoods }) => logLikelihoods.at(of === 'first' ? 0 : -1) ?? NaN)),
        size,
      );
    const sides = [
      ['in-distribution', climbed.slice(0, CLIMBED), 0],
      ['out-of-distribution', climbed.slice(CLIMBED), CLIMBED],
    ] as const;
    return {
      findings: sides.flatMap(([side, some, from]) => [
        { what: `${side} images: bits/dim before`, value: bits(some, 'first'), published: null },
        { what: `${side} images: bits/dim after`, value: bits(some, 'last'), published: null },
        {
          what: `${side} images: correlation of before and after`,
          value: mean(
            some.map((_, index) =>
              correlation(images[from + index] ?? new Uint8Array(), ends[from + index] ?? new Uint8Array()),
            ),
          ),
          published: null,
        },
      ]),
      images: [images, ends],
    };
  },
};
