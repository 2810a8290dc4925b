import type { GlowSettings } from './parameters.ts';
import type { ImageShape } from '../../images.ts';
import type { PresetName } from '../../preset-name.ts';
import type { ImageFitSettings } from '../../run-settings.ts';

export interface Preset {
  readonly stepsPerScale: number;
  readonly hiddenChannels: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Gradient steps of a model that starts from nothing. */
  readonly steps: number;
  /** Gradient steps of a model that starts from a general model. */
  readonly fineTuningSteps: number;
}

/**
 * What each preset is for: `tiny` to see that everything works, `quick` for minutes on a laptop, `balanced` for an hour or a
 * small GPU, `paper` as published (Schirrmeister et al. 2020: 32 steps × 512 channels, batch 64, 250 epochs of 50,000).
 */
const SETTINGS: Readonly<Record<PresetName, Preset>> = {
  tiny: {
    stepsPerScale: 2,
    hiddenChannels: 16,
    batchSize: 16,
    learningRate: 2e-3,
    steps: 60,
    fineTuningSteps: 30,
  },
  quick: {
    stepsPerScale: 8,
    hiddenChannels: 64,
    batchSize: 32,
    learningRate: 2e-3,
    steps: 2000,
    fineTuningSteps: 700,
  },
  balanced: {
    stepsPerScale: 16,
    hiddenChannels: 128,
    batchSize: 32,
    learningRate: 1e-3,
    steps: 12_000,
    fineTuningSteps: 4000,
  },
  paper: {
    stepsPerScale: 32,
    hiddenChannels: 512,
    batchSize: 64,
    learningRate: 5e-4,
    steps: 195_000,
    fineTuningSteps: 195_000,
  },
};

export function preset(name: PresetName): Preset {
  return SETTINGS[name];
}

/** Three scales, as in the paper: sides must be multiples of 8. */
const SCALES = 3;

export function glowSettings(
  { stepsPerScale, hiddenChannels }: Preset,
  { channels }: ImageShape,
): GlowSettings {
  return { channels, scales: SCALES, stepsPerScale, hiddenChannels };
}

export interface FitChoices {
  readonly seed: number;
  /** Whether the run starts from a general model's weights. */
  readonly fineTuning: boolean;
  /** Instead of the preset's number. */
  readonly steps?: number;
  readonly flipHorizontally: boolean;
}

export function fitSettings(
  name: Preset,
  { seed, fineTuning, steps, flipHorizontally }: FitChoices,
): ImageFitSettings {
  const totalSteps = steps ?? (fineTuning ? name.fineTuningSteps : name.steps);
  const evaluateEvery = Math.max(1, Math.round(totalSteps / 10));
  return {
    batchSize: name.batchSize,
    seed,
    optimiser: { kind: 'adamax', weightDecay: 5e-5 },
    schedule: {
      // Fitted weights are refined, not shaken.
      peak: fineTuning ? name.learningRate / 2 : name.learningRate,
      warmupSteps: Math.min(200, Math.round(totalSteps / 20)),
      totalSteps,
      decay: 'cosine',
    },
    // The average looks back over about a twentieth of the run.
    averagingDecay: Math.max(0, 1 - 20 / totalSteps),
    augmentation: { translate: 0.1, flipHorizontally },
    evaluateEvery,
    patience: 3,
  };
}
