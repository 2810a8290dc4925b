import type { LikelihoodModel, ParameterData } from '../detectors/detector.ts';
import type { Environment } from '../device.ts';
import type { ImageSource } from '../images.ts';
import type { ImageTrainingSettings } from '../run-settings.ts';
import { learnedImages } from '../samples.ts';
import { batchStream } from './batch-stream.ts';
import type { Checkpoint } from './checkpoint.ts';
import { initialisedParameters } from '../detectors/shared/initialisation.ts';
import { likelihoodOf } from '../detectors/shared/likelihood-fit.ts';
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
    batchStream(learnedImages(source, settings), [], settings.seed),
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
