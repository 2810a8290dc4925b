import { LatentImages, mixedLatents, pixelsOf } from '../../models/detectors/glow/latent-images.ts';
import { bitsPerDimension, elementsOf } from '../../models/images.ts';
import { mean } from '../accuracy/intervals.ts';
import type { Pixels } from '../accuracy/image-pools.ts';
import type { Analysis, Finding } from './analysis.ts';
import { correlation } from './correlation.ts';
import { firstModel, logLikelihoodsOf } from './likelihoods.ts';

const PAIRS = 64;
const SHOWN = 8;

export const mixedLatentsAnalysis: Analysis = {
  title: 'Latents mixed across scales',
  about:
    'An in-distribution image with the latents of one scale taken from an out-of-distribution image, turned back into an image: what changes is what that scale holds.',

  async run(input) {
    const { environment, glow, shape } = input;
    const pairs = Math.min(PAIRS, input.inside.length, input.outside.length);
    const [own, other] = [input.inside.slice(0, pairs), input.outside.slice(0, pairs)];
    const size = elementsOf(shape);
    const latentImages = await LatentImages.open(environment, glow, firstModel(input), shape, pairs);
    const rows: (readonly Pixels[])[] = [own.slice(0, SHOWN), other.slice(0, SHOWN)];
    const findings: Finding[] = [];
    try {
      const [ofOwn, ofOther] = [await latentImages.latentsOf(own), await latentImages.latentsOf(other)];
      for (let scale = 0; scale < glow.scales; scale++) {
        const taken = Array.from({ length: glow.scales }, (_, each) => each === scale);
        const input8 = pixelsOf(await latentImages.imagesOf(mixedLatents(ofOwn, ofOther, taken)));
        const mixed = own.map((_, index) => input8.slice(index * size, (index + 1) * size));
        const like = (images: readonly Pixels[]) =>
          mean(mixed.map((image, index) => correlation(image, images[index] ?? image)));
        const bits = bitsPerDimension(mean(await logLikelihoodsOf(input, firstModel(input), mixed)), size);
        const what = `scale ${scale + 1} from the other image`;
        findings.push(
          { what: `${what}: correlation with the image itself`, value: like(own), published: null },
          { what: `${what}: correlation with the other image`, value: like(other), published: null },
          { what: `${what}: bits/dim of the mix`, value: bits, published: null },
        );
        rows.push(mixed.slice(0, SHOWN));
      }
      return { findings, images: rows };
    } finally {
      await latentImages.dispose();
    }
  },
};
