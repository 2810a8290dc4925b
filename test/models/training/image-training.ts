import type { LikelihoodModel, ParameterData } from '../../../models/detectors/detector.ts';
import type { Environment } from '../../../models/device.ts';
import type { ImageSource } from '../../../models/images.ts';
import type { ImageTrainingSettings } from '../../../models/run-settings.ts';
import { learnedImages } from '../../../models/samples.ts';
import { batchStream } from '../../../models/training/batch-stream.ts';
import type { Checkpoint } from '../../../models/training/checkpoint.ts';
import { initialisedParameters } from '../../../models/detectors/shared/initialisation.ts';
import { likelihoodOf } from '../../../models/detectors/shared/likelihood-fit.ts';
import { Training } from '../../../models/training/training.ts';

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
  seed: number,
): Promise<Training> {
  return Training.start(
    environment,
    likelihoodOf(model, settings.batchSize, source.shape),
    settings,
    batchStream(learnedImages(source, settings), [], seed),
    start.kind === 'resume'
      ? start
      : {
          kind: 'parameters',
          parameters:
            start.kind === 'fresh'
              ? await initialisedParameters(environment, model, seed, source)
              : start.parameters,
        },
  );
}
