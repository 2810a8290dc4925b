import type { Environment } from '../../device.ts';
import type { ImageShape } from '../../images.ts';
import type { ImageFitSettings } from '../../run-settings.ts';
import { learnedImages } from '../../samples.ts';
import type { LikelihoodModel, Trainable } from '../detector.ts';
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
  return {
    trainable: likelihoodOf(model, run.batchSize, normal.shape),
    inputs: [learnedImages(normal, run)],
    initial: start ?? generalModel ?? (await initialisedParameters(environment, model, seed, normal)),
    run,
    measure: (parameters) => meanBitsPerDimension(environment, model, parameters, heldOut),
    finish: (parameters) => Promise.resolve(parameters),
  };
}

/** The likelihood of batches of one size. */
export function likelihoodOf(model: LikelihoodModel, batch: number, shape: ImageShape): Trainable {
  const { description, parameters } = model;
  return {
    description: `${description} ${batch} ${JSON.stringify(shape)}`,
    parameters,
    objective: (layout) => model.objective(batch, shape, layout),
  };
}
