import type { GlowSettings } from './parameters.ts';
import type { ImageShape } from '../../images.ts';
import type { PresetName } from '../../preset-name.ts';
import { type FitChoices, type ImageFitSettings, imageFitSettings } from '../../run-settings.ts';

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

export function fitSettings(
  { batchSize, learningRate, steps, fineTuningSteps }: Preset,
  choices: FitChoices,
): ImageFitSettings {
  const optimiser = { kind: 'adamax', weightDecay: 5e-5 } as const;
  return imageFitSettings(
    { optimiser, batchSize, learningRate, steps, fineTuningSteps, patience: 3 },
    choices,
  );
}

const TRIED_STEPS = 2;

/** The same with few steps at each scale, and how many times as long one takes with all of them. */
export function shallowGlow(glow: GlowSettings): { readonly glow: GlowSettings; readonly times: number } {
  const stepsPerScale = Math.min(glow.stepsPerScale, TRIED_STEPS);
  return { glow: { ...glow, stepsPerScale }, times: glow.stepsPerScale / stepsPerScale };
}
