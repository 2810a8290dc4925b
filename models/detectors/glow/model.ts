/**
 * Glow on images (Kingma & Dhariwal 2018) as used by Schirrmeister et al., NeurIPS 2020: the likelihood, its
 * per-scale contributions, and the maps they are sums of. With a second Glow, fitted on a general set, the difference of
 * the two is the likelihood ratio.
 */
import * as a from '../../array.ts';
import { type InputSpec, trace } from '../../compile/trace.ts';
import type { ImageShape } from '../../images.ts';
import { type LikelihoodModel, initialised } from '../detector.ts';
import { actnormInitialisation, contributionMaps } from './flow.ts';
import { type GlowSettings, glowParameterSpecs, initialGlowParameters } from './parameters.ts';

export type { GlowSettings } from './parameters.ts';

export function glowModel(settings: GlowSettings): LikelihoodModel {
  const parameters = glowParameterSpecs(settings);
  const parameterInputs = parameters.map(({ name, shape }): InputSpec => ({ name, shape, type: 'float32' }));
  const imageInput = (batch: number, { channels, height, width }: ImageShape): InputSpec => ({
    name: 'images',
    shape: [batch, channels, height, width],
    type: 'float32',
  });
  const imagesIn = (tensors: Readonly<Record<string, a.Tensor>>): a.Tensor => {
    const { images } = tensors;
    if (images === undefined) throw new RangeError('the program has no input "images"');
    return images;
  };

  return {
    description: `glow ${JSON.stringify(settings)}`,
    scales: settings.scales,
    parameters,
    initialParameters: (seed) => initialGlowParameters(settings, seed),

    objective: (batch, shape, layout) => ({
      inputs: [imageInput(batch, shape)],
      evaluate(tensors, inputs) {
        const maps = contributionMaps(settings, tensors, imagesIn(inputs), layout);
        const logLikelihood = maps.map((map) => a.sum(map, [1, 2])).reduce(a.add);
        const sampleLoss = a.negative(logLikelihood);
        return { loss: a.mean(sampleLoss), sampleLoss };
      },
    }),

    traceInitialisation: (batch, shape) =>
      trace(
        (inputs) =>
          renamed(actnormInitialisation(settings, inputs, imagesIn(inputs), 'channels-first'), initialised),
        [...parameterInputs, imageInput(batch, shape)],
      ),

    traceScoring: (batch, shape) =>
      trace(
        (inputs) => {
          const maps = contributionMaps(settings, inputs, imagesIn(inputs), 'channels-first');
          return Object.fromEntries(maps.map((map, scale) => [`map${scale}`, map]));
        },
        [...parameterInputs, imageInput(batch, shape)],
      ),
  };
}

function renamed<T>(
  values: Readonly<Record<string, T>>,
  rename: (name: string) => string,
): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]));
}
