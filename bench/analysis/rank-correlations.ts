import type { ParameterData } from '../../models/detectors/detector.ts';
import { type Likelihood, logLikelihood } from '../../models/detectors/shared/likelihood-scorer.ts';
import { rankCorrelation } from '../../models/scoring/rank-correlation.ts';
import { mean } from '../accuracy/intervals.ts';
import type { Analysis, Finding } from './analysis.ts';
import { likelihoodsOf } from './likelihoods.ts';

/** Between full likelihoods of different Glows, and between their last scales' contributions. */
const PAPER = { full: 0.97, last: 0.26 };

export const rankCorrelations: Analysis = {
  title: 'Rank correlation between models',
  about:
    'Models that were fitted on other sets of images (CIFAR-10, SVHN, natural images) order images alike by their full likelihood, which follows what any model of pixels learns, and less so by the contribution of the last scale; over the in-distribution images, and beside models of the same set that differ by their seed alone.',

  async run(input) {
    const { models, elsewhere, inside, report } = input;
    if (models.length < 2)
      throw new RangeError('rank correlations compare models of at least two seeds: ask for --seeds 2');
    const scored = async (which: readonly ParameterData[], what: string) => {
      const all: Likelihood[][] = [];
      for (const parameters of which) {
        all.push(await likelihoodsOf(input, parameters, inside));
        report(`rank correlation, ${what}: ${all.length} of ${which.length} models scored`);
      }
      return all;
    };
    const bySeed = await scored(models, 'other seeds');
    const bySet = [...bySeed.slice(0, 1), ...(await scored(await elsewhere(), 'other sets'))];
    const scales = input.glow.scales;
    const findingsOf = (
      what: string,
      byModel: readonly Likelihood[][],
      paper: typeof PAPER | null,
    ): Finding[] => {
      const pairs = byModel.flatMap((one, index) =>
        byModel.slice(index + 1).map((other) => [one, other] as const),
      );
      const correlation = (of: (likelihood: Likelihood) => number) =>
        mean(pairs.map(([one, other]) => rankCorrelation(one.map(of), other.map(of))));
      return [
        {
          what: `${what}: full likelihood`,
          value: correlation(logLikelihood),
          published: paper?.full ?? null,
        },
        ...Array.from({ length: scales }, (_, scale): Finding => ({
          what: `${what}: contribution of scale ${scale + 1}`,
          value: correlation(({ contributions }) => contributions[scale] ?? NaN),
          published: scale === scales - 1 ? (paper?.last ?? null) : null,
        })),
      ];
    };
    const findings = [
      ...findingsOf('models of other sets', bySet, PAPER),
      ...findingsOf('models of other seeds', bySeed, null),
    ];
    return { findings, images: [] };
  },
};
