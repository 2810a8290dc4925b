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
  readonly seed: number;
  readonly augmentation: Augmentation;
}

export interface ImageFitSettings extends ImageTrainingSettings, FitSettings {}
