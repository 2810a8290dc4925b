import { amplitudePhaseMix } from '../../models/features/fourier.ts';
import { bitsPerDimension, elementsOf } from '../../models/images.ts';
import { rankCorrelation } from '../../models/scoring/rank-correlation.ts';
import { mean } from '../accuracy/intervals.ts';
import type { Analysis } from './analysis.ts';
import { firstModel, logLikelihoodsOf } from './likelihoods.ts';

const PAIRS = 200;
const SHOWN = 8;

export const amplitudePhase: Analysis = {
  title: 'Amplitudes and phases',
  about:
    'Images with the Fourier amplitudes of one image and the phases of another, pairs of an in-distribution and an out-of-distribution image: whichever part the likelihood follows is what it is about.',

  async run(input) {
    const { shape } = input;
    const pairs = Math.min(PAIRS, input.inside.length, input.outside.length);
    const [inside, outside] = [input.inside.slice(0, pairs), input.outside.slice(0, pairs)];
    const mix = (amplitudes: typeof inside, phases: typeof inside) =>
      amplitudes.map((image, index) => amplitudePhaseMix(image, phases[index] ?? image, shape));
    const sets = { inside, outside, outerPhase: mix(inside, outside), innerPhase: mix(outside, inside) };
    const model = firstModel(input);
    const of = (images: typeof inside) => logLikelihoodsOf(input, model, images);
    const values = {
      inside: await of(sets.inside),
      outside: await of(sets.outside),
      outerPhase: await of(sets.outerPhase),
      innerPhase: await of(sets.innerPhase),
    };
    const bits = (logs: readonly number[]) => bitsPerDimension(mean(logs), elementsOf(shape));
    const mixed = [...values.outerPhase, ...values.innerPhase];
    return {
      findings: [
        { what: 'bits/dim, in-distribution images', value: bits(values.inside), published: null },
        { what: 'bits/dim, out-of-distribution images', value: bits(values.outside), published: null },
        {
          what: 'bits/dim, in-distribution amplitudes, out-of-distribution phases',
          value: bits(values.outerPhase),
          published: null,
        },
        {
          what: 'bits/dim, out-of-distribution amplitudes, in-distribution phases',
          value: bits(values.innerPhase),
          published: null,
        },
        {
          what: 'rank correlation of a mix with the image of its amplitudes',
          value: rankCorrelation(mixed, [...values.inside, ...values.outside]),
          published: null,
        },
        {
          what: 'rank correlation of a mix with the image of its phases',
          value: rankCorrelation(mixed, [...values.outside, ...values.inside]),
          published: null,
        },
      ],
      images: Object.values(sets).map((images) => images.slice(0, SHOWN)),
    };
  },
};
