import type { LikelihoodModel, ParameterData, Trainable } from '../detectors/detector.ts';
import type { Environment } from '../device.ts';
import type { ImageShape, ImageSource } from '../images.ts';
import type { ImageTrainingSettings } from '../run-settings.ts';
import { type BatchInput, dequantisedSamples } from '../samples.ts';
import { batchStream } from './batch-stream.ts';
import type { Checkpoint } from './checkpoint.ts';
import { initialisedParameters } from '../detectors/shared/initialisation.ts';
import { Training } from './training.ts';

/** Where a run starts: new weights, those of another model (fine-tuning), or a checkpoint of the same run. */
export type Start =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'from-model'; readonly parameters: ParameterData }
  | { readonly kind: 'resume'; readonly checkpoint: Checkpoint };

/** Fits a likelihood to images alone. */
export async function startImageTraining(
  environment: Environment,
  model: LikelihoodModel,
  settings: ImageTrainingSettings,
  source: ImageSource,
  start: Start,
): Promise<Training> {
  return Training.start(
    environment,
    likelihoodOf(model, settings.batchSize, source.shape),
    settings,
    batchStream(imageInput(source, settings), [], settings.seed),
    start.kind === 'resume'
      ? start
      : {
          kind: 'parameters',
          parameters:
            start.kind === 'fresh'
              ? await initialisedParameters(environment, model, settings.seed, source)
              : start.parameters,
        },
  );
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

/** Images to learn the likelihood of, as the objective's input. */
export function imageInput(
  source: ImageSource,
  { batchSize, augmentation }: Pick<ImageTrainingSettings, 'batchSize' | 'augmentation'>,
): BatchInput {
  return { name: 'images', samples: dequantisedSamples(source, augmentation), size: batchSize };
}
