import { LatentImages, mixedLatents } from '../../models/detectors/glow/latent-images.ts';
import { type ShownImage, shownImage } from '../../models/detectors/glow/shown-image.ts';
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
    'An in-distribution image with the latents of one scale taken from an out-of-distribution image, turned back into an image: what changes is what that scale holds. Of some mixes most values lie beyond black or white, or are no numbers: these are counted, and left out otherwise.',

  async run(input) {
    const { environment, glow, shape } = input;
    const pairs = Math.min(PAIRS, input.inside.length, input.outside.length);
    const [own, other] = [input.inside.slice(0, pairs), input.outside.slice(0, pairs)];
    const size = elementsOf(shape);
    const model = firstModel(input);
    const latentImages = await LatentImages.open(environment, glow, model, shape, pairs);
    const findings: Finding[] = [];
    try {
      const [ofOwn, ofOther] = [await latentImages.latentsOf(own), await latentImages.latentsOf(other)];
      const mixes: (readonly ShownImage[])[] = [];
      for (let scale = 0; scale < glow.scales; scale++) {
        const taken = Array.from({ length: glow.scales }, (_, each) => each === scale);
        const values = await latentImages.imagesOf(mixedLatents(ofOwn, ofOther, taken));
        const mixed = own.map((_, pair) => shownImage(values.subarray(pair * size, (pair + 1) * size)));
        mixes.push(mixed);
        const shown = mixed.flatMap((mix, pair) =>
          mix.kind === 'shown' ? [{ pair, pixels: mix.pixels }] : [],
        );
        const what = `scale ${scale + 1} from the other image`;
        findings.push({
          what: `${what}: share of mixes that are images`,
          value: shown.length / pairs,
          published: null,
        });
        if (shown.length === 0) continue;
        const like = (images: readonly Pixels[]) =>
          mean(shown.map(({ pair, pixels }) => correlation(pixels, images[pair] ?? pixels)));
        const logs = await logLikelihoodsOf(
          input,
          model,
          shown.map(({ pixels }) => pixels),
        );
        findings.push(
          { what: `${what}: correlation with the image itself`, value: like(own), published: null },
          { what: `${what}: correlation with the other image`, value: like(other), published: null },
          {
            what: `${what}: bits/dim of the mix`,
            value: bitsPerDimension(mean(logs), size),
            published: null,
          },
        );
      }
      const seen = own.flatMap((_, pair) => {
        const ofPair = mixes.flatMap((mixed) => {
          const mix = mixed[pair];
          return mix?.kind === 'shown' ? [mix.pixels] : [];
        });
        const [image, from] = [own[pair], other[pair]];
        return image === undefined || from === undefined || ofPair.length < glow.scales
          ? []
          : [[image, from, ...ofPair]];
      });
      return { findings, images: transposed(seen.slice(0, SHOWN)) };
    } finally {
      await latentImages.dispose();
    }
  },
};

/** Columns as rows. */
function transposed<T>(columns: readonly (readonly T[])[]): T[][] {
  return (columns[0] ?? []).map((_, row) => columns.flatMap((column) => column[row] ?? []));
}
