/** How a run of gradient descent goes, as plain data that a model's record keeps. */
import type { Augmentation } from './augmentation.ts';

export interface OptimiserSettings {
  readonly kind: 'adam' | 'adamax';
  /** L2 penalty added to the gradient. */
  readonly weightDecay: number;
}

/** How the learning rate moves over a run. */
export interface Schedule {
  readonly peak: number;
  /** Steps of linear rise from 0. */
  readonly warmupSteps: number;
  readonly totalSteps: number;
  /** `constant`, a half cosine down to a hundredth of the peak, or `steps`: a tenth from half of the run on, a hundredth from three quarters. */
  readonly decay: 'constant' | 'cosine' | 'steps';
}

export interface TrainingSettings {
  readonly optimiser: OptimiserSettings;
  readonly schedule: Schedule;
  /** Decay per step of the weights' moving average, which is what is scored with in the end; 0 for none. */
  readonly averagingDecay: number;
}

export interface FitSettings extends TrainingSettings {
  /** What held-out samples say is measured every so many steps, and after the last. */
  readonly evaluateEvery: number;
  /** Evaluations without a new best after which the run stops; 0 never stops early. */
  readonly patience: number;
}

export interface ImageTrainingSettings extends TrainingSettings {
  readonly batchSize: number;
  readonly augmentation: Augmentation;
}

export interface ImageFitSettings extends ImageTrainingSettings, FitSettings {}

/** What is chosen for one fit, instead of what a preset says. A detector leaves aside what it has no use for. */
export interface FitChoices {
  readonly steps?: number;
  /** Images a step; of detectors of features, vectors. */
  readonly batchSize?: number;
  /** False where left and right differ. */
  readonly flipHorizontally?: boolean;
  /** Whether half of the copies have less detail, as befits a general model. */
  readonly softened?: boolean;
  /** Whether the run starts from a general model's weights. */
  readonly fineTuning?: boolean;
  /** Whether general images are there to be fitted against. */
  readonly generalImages?: boolean;
  /** Kinds of in-distribution images that are told apart. */
  readonly classes?: number;
}

/** How long and how fast a density of images is fitted. */
export interface ImageRun {
  readonly optimiser: OptimiserSettings;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Gradient steps of a model that starts from nothing. */
  readonly steps: number;
  /** Of one that starts from a general model; as many where it is not said. */
  readonly fineTuningSteps?: number;
  readonly patience: number;
}

export function imageFitSettings(size: ImageRun, choices: FitChoices): ImageFitSettings {
  const { fineTuning = false, flipHorizontally = true, softened = false } = choices;
  const { batchSize = size.batchSize } = choices;
  const usual = fineTuning ? (size.fineTuningSteps ?? size.steps) : size.steps;
  const totalSteps = choices.steps ?? usual;
  return {
    batchSize,
    optimiser: size.optimiser,
    schedule: {
      // Fitted weights are refined, not shaken.
      peak: fineTuning ? size.learningRate / 2 : size.learningRate,
      warmupSteps: Math.min(200, Math.round(totalSteps / 20)),
      totalSteps,
      decay: 'cosine',
    },
    averagingDecay: averagingOver(totalSteps),
    augmentation: { translate: 0.1, flipHorizontally, ...(softened ? { softened: 0.5 } : {}) },
    evaluateEvery: Math.max(1, Math.round(totalSteps / 10)),
    patience: size.patience,
  };
}

/** The decay of an average that looks back over about a twentieth of the run. */
export function averagingOver(steps: number): number {
  return Math.max(0, 1 - 20 / steps);
}
