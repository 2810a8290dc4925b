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
    'Models that were fitted apart order images alike by their full likelihood, which follows what any model of pixels learns, and less so by the contribution of the last scale.',

  async run(input) {
    const { models, inside, outside, report } = input;
    if (models.length < 2)
      throw new RangeError('rank correlations compare models of at least two seeds: ask for --seeds 2');
    const images = [...inside, ...outside];
    const byModel: Likelihood[][] = [];
    for (const parameters of models) {
      byModel.push(await likelihoodsOf(input, parameters, images));
      report(`rank correlation: ${byModel.length} of ${models.length} models scored`);
    }
    const pairs = byModel.flatMap((one, index) =>
      byModel.slice(index + 1).map((other) => [one, other] as const),
    );
    const correlation = (of: (likelihood: Likelihood) => number) =>
      mean(pairs.map(([one, other]) => rankCorrelation(one.map(of), other.map(of))));
    const scales = input.glow.scales;
    const findings: Finding[] = [
      { what: 'full likelihood', value: correlation(logLikelihood), published: PAPER.full },
      ...Array.from({ length: scales }, (_, scale): Finding => ({
        what: `contribution of scale ${scale + 1}`,
        value: correlation(({ contributions }) => contributions[scale] ?? NaN),
        published: scale === scales - 1 ? PAPER.last : null,
      })),
    ];
    return { findings, images: [] };
  },
};
