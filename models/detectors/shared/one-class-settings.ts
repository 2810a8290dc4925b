/** How the detectors fit that gather normal images in one place, or tell them from others (Deep SVDD, Deep SAD, HSC, BCE, Focal). */
import type { ImageShape } from '../../images.ts';
import type { ImageNetworkSettings } from '../../networks/image-network.ts';
import type { PhotometricAugmentation } from '../../photometric.ts';
import type { PresetName } from '../../preset-name.ts';
import { type FitChoices, type FitSettings, averagingOver } from '../../run-settings.ts';

export interface OneClassSettings {
  readonly network: ImageNetworkSettings;
  /** Normal images a step, and as many others where the detector takes any. */
  readonly batchSize: number;
  readonly augmentation: PhotometricAugmentation;
  readonly run: FitSettings;
  /** Images of either kind whose moments batch normalisation keeps for scoring. */
  readonly statisticsImages: number;
  /** Whether an image's score is the mean of its own and its mirror image's: twice the time. */
  readonly mirrored: boolean;
}

export interface ExposureSettings extends OneClassSettings {
  /** How many of the exposure images are trained on, drawn by the seed; 0 for all. */
  readonly exposureImages: number;
  /** Standard deviation in pixels of the Gaussian filter on exposure images; 0 for none (the paper's ablation of their detail). */
  readonly exposureBlur: number;
}

interface Size {
  readonly channels: readonly number[];
  readonly hidden: number;
  readonly outputs: number;
  readonly batchSize: number;
  readonly steps: number;
}

const PAPER_NETWORK = { channels: [32, 64, 128], hidden: 512, outputs: 256 } as const;

const SIZES: Readonly<Record<PresetName, Size>> = {
  tiny: { channels: [8, 16, 16], hidden: 32, outputs: 16, batchSize: 16, steps: 40 },
  quick: { ...PAPER_NETWORK, batchSize: 64, steps: 200 },
  balanced: { ...PAPER_NETWORK, batchSize: 128, steps: 2000 },
  // 200 epochs of CIFAR-10's 5,000 images of one class.
  paper: { ...PAPER_NETWORK, batchSize: 128, steps: 7800 },
};

const PEAK = 1e-3;
/** Pixels that an image is shifted at most, as if it were padded so and cropped. */
const PADDING = 4;
/** Of φ(x): its squared norm is then about 2 in the beginning, where no loss is saturated. */
const OUTPUT_NORM = Math.SQRT2;

/** @param biases whether normalised activations are shifted; never where only contracting is rewarded */
export function oneClassSettings(
  preset: PresetName,
  { height, width }: ImageShape,
  biases: boolean,
  choices: FitChoices,
): OneClassSettings {
  const { channels, hidden, outputs, ...size } = SIZES[preset];
  const { steps = size.steps, batchSize = size.batchSize, flipHorizontally = true } = choices;
  const published = preset === 'paper';
  return {
    network: { channels, hidden, outputs, biases, outputScale: OUTPUT_NORM / Math.sqrt(outputs) },
    batchSize,
    augmentation: {
      translate: PADDING / Math.max(height, width),
      flipHorizontally,
      // More than published where a few hundred images must do (docs/decisions/exposure.md).
      colourJitter: published ? 0.01 : 0.1,
      noise: 0.001,
    },
    run: {
      optimiser: { kind: 'adam', weightDecay: 0 },
      schedule: {
        peak: PEAK,
        warmupSteps: published ? 0 : Math.round(steps / 20),
        totalSteps: steps,
        decay: published ? 'steps' : 'cosine',
      },
      averagingDecay: published ? 0 : averagingOver(steps),
      // Once, at the end, as published: few held-out images tell confidence, not order (docs/decisions/exposure.md).
      evaluateEvery: steps,
      patience: 0,
    },
    statisticsImages: preset === 'tiny' ? 64 : 256,
    // A mirror image of what never is mirrored would be the odd one out.
    mirrored: flipHorizontally && !published,
  };
}

/** With all exposure images as they are. */
export function exposureSettings(
  preset: PresetName,
  shape: ImageShape,
  biases: boolean,
  choices: FitChoices,
): ExposureSettings {
  return { ...oneClassSettings(preset, shape, biases, choices), exposureImages: 0, exposureBlur: 0 };
}
