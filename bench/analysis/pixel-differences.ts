import { differenceHistogram, pseudoLogLikelihood } from '../../models/features/pixel-difference.ts';
import { auroc } from '../../models/scoring/metrics.ts';
import { rankCorrelation } from '../../models/scoring/rank-correlation.ts';
import type { Analysis } from './analysis.ts';
import { firstModel, logLikelihoodsOf } from './likelihoods.ts';

export const pixelDifferenceAnalysis: Analysis = {
  title: 'Differences of neighbouring pixels as a likelihood',
  about:
    'A histogram of how much each value differs from the mean of the 3×3 around it, of the images that the model was fitted on, orders images much as Glow does: its likelihood is mostly about smoothness.',

  async run(input) {
    const { fitted, inside, outside, shape } = input;
    const histogram = differenceHistogram(fitted, shape);
    const pseudo = [...inside, ...outside].map((image) => pseudoLogLikelihood(image, shape, histogram));
    const glow = await logLikelihoodsOf(input, firstModel(input), [...inside, ...outside]);
    const [ofInside, ofOutside] = [pseudo.slice(0, inside.length), pseudo.slice(inside.length)];
    const surprise = (values: readonly number[]) => values.map((value) => -value);
    return {
      findings: [
        {
          what: 'rank correlation with Glow, all images',
          value: rankCorrelation(pseudo, glow),
          published: null,
        },
        {
          what: 'rank correlation with Glow, in-distribution images',
          value: rankCorrelation(ofInside, glow.slice(0, inside.length)),
          published: null,
        },
        {
          what: 'rank correlation with Glow, out-of-distribution images',
          value: rankCorrelation(ofOutside, glow.slice(inside.length)),
          published: null,
        },
        {
          what: 'AUROC of the differences',
          value: auroc(surprise(ofInside), surprise(ofOutside)),
          published: null,
        },
        {
          what: 'AUROC of Glow',
          value: auroc(surprise(glow.slice(0, inside.length)), surprise(glow.slice(inside.length))),
          published: null,
        },
      ],
      images: [],
    };
  },
};
