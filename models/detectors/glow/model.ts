/**
 * Glow on images (Kingma & Dhariwal 2018) as used by Schirrmeister et al., NeurIPS 2020: the likelihood, its
 * per-scale contributions, and the maps they are sums of. With a second Glow, fitted on a general set, the difference of
 * the two is the likelihood ratio.
 */
import * as a from '../../array.ts';
import { trace } from '../../compile/trace.ts';
import type { ImageShape } from '../../images.ts';
import { type LikelihoodModel, initialised } from '../detector.ts';
import { imageInput, imagesIn, parameterInputs } from '../shared/image-program.ts';
import { actnormInitialisation, contributionMaps } from './flow.ts';
import { type GlowSettings, glowParameterSpecs, initialGlowParameters } from './parameters.ts';

export type { GlowSettings } from './parameters.ts';

export function glowModel(settings: GlowSettings): LikelihoodModel {
  const parameters = glowParameterSpecs(settings);
  const inputs = (batch: number, shape: ImageShape) => [
    ...parameterInputs(parameters),
    imageInput(batch, shape),
  ];
  return {
    description: `glow ${JSON.stringify(settings)}`,
    scales: settings.scales,
    parameters,
    initialParameters: (seed) => initialGlowParameters(settings, seed),

    objective: (batch, shape, layout) => ({
      inputs: [imageInput(batch, shape)],
      evaluate(tensors, given) {
        const maps = contributionMaps(settings, tensors, imagesIn(given), layout);
        const logLikelihood = maps.map((map) => a.sum(map, [1, 2])).reduce(a.add);
        const sampleLoss = a.negative(logLikelihood);
        return { loss: a.mean(sampleLoss), sampleLoss };
      },
    }),

    traceInitialisation: (batch, shape) =>
      trace(
        (given) =>
          renamed(actnormInitialisation(settings, given, imagesIn(given), 'channels-first'), initialised),
        inputs(batch, shape),
      ),

    traceScoring: (batch, shape) =>
      trace(
        (given) => {
          const maps = contributionMaps(settings, given, imagesIn(given), 'channels-first');
          return Object.fromEntries(maps.map((map, scale) => [`map${scale}`, map]));
        },
        inputs(batch, shape),
      ),
  };
}

function renamed<T>(
  values: Readonly<Record<string, T>>,
  rename: (name: string) => string,
): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]));
}
