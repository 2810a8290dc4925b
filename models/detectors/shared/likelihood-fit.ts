import type { Environment } from '../../device.ts';
import type { ImageFitSettings } from '../../run-settings.ts';
import { dequantisedSamples } from '../../samples.ts';
import type { LikelihoodModel } from '../detector.ts';
import type { FitData, PreparedFit } from '../method.ts';
import { initialisedParameters } from './initialisation.ts';
import { meanBitsPerDimension } from './mean-bits-per-dimension.ts';

/** A density of images fitted by its likelihood alone, from given weights or, set from data, new ones. */
export async function prepareDensity(
  environment: Environment,
  model: LikelihoodModel,
  { normal, heldOut, start, generalModel }: FitData,
  run: ImageFitSettings,
  seed: number,
): Promise<PreparedFit> {
  const { shape } = normal;
  const { batchSize, augmentation } = run;
  return {
    trainable: {
      description: `${model.description} ${batchSize} ${JSON.stringify(shape)}`,
      parameters: model.parameters,
      objective: (layout) => model.objective(batchSize, shape, layout),
    },
    inputs: [{ name: 'images', samples: dequantisedSamples(normal, augmentation), size: batchSize }],
    initial: start ?? generalModel ?? (await initialisedParameters(environment, model, seed, normal)),
    run,
    measure: (parameters) => meanBitsPerDimension(environment, model, parameters, heldOut),
    finish: (parameters) => Promise.resolve(parameters),
  };
}
