import type { ImageShape } from '../images.ts';
import type { ResidualSettings } from '../networks/residual.ts';
import type { PresetName } from '../preset-name.ts';
import type { FitSettings } from '../run-settings.ts';
import { MOCO_VIEWS, type ViewSettings } from '../views.ts';

/** How an encoder is pre-trained by momentum contrast. The momentum is the run's `averagingDecay`. */
export interface MocoSettings {
  readonly network: ResidualSettings;
  /** Dimensions in which keys are compared. */
  readonly projection: number;
  readonly temperature: number;
  /** Keys of earlier batches that a query is told from; not fewer than a batch. */
  readonly queue: number;
  readonly batchSize: number;
  readonly views: ViewSettings;
  readonly run: FitSettings;
}

interface Size {
  readonly width: number;
  readonly blocksPerStage: number;
  readonly projection: number;
  readonly temperature: number;
  readonly momentum: number;
  readonly queue: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly steps: number;
}

/**
 * `paper`: MoCo v2 (Chen et al. 2020) on a network of ResNet-18's widths: queue 65,536, momentum 0.999, τ 0.2, batch 256, 200 epochs of a
 * million. Smaller queues are renewed in fewer steps, and their encoder may follow faster.
 */
const SIZES: Readonly<Record<PresetName, Size>> = {
  tiny: {
    width: 16,
    blocksPerStage: 1,
    projection: 16,
    temperature: 0.2,
    momentum: 0.98,
    queue: 128,
    batchSize: 16,
    learningRate: 1e-3,
    steps: 100,
  },
  quick: {
    width: 32,
    blocksPerStage: 1,
    projection: 64,
    temperature: 0.1,
    momentum: 0.99,
    queue: 2048,
    batchSize: 64,
    learningRate: 2e-3,
    steps: 4000,
  },
  balanced: {
    width: 64,
    blocksPerStage: 2,
    projection: 128,
    temperature: 0.1,
    momentum: 0.996,
    queue: 8192,
    batchSize: 128,
    learningRate: 1e-3,
    steps: 20_000,
  },
  paper: {
    width: 64,
    blocksPerStage: 2,
    projection: 128,
    temperature: 0.2,
    momentum: 0.999,
    queue: 65_536,
    batchSize: 256,
    learningRate: 1e-3,
    steps: 1_000_000,
  },
};

export function mocoSettings(preset: PresetName, shape: ImageShape): MocoSettings {
  const { width, blocksPerStage, momentum, learningRate, steps, ...own } = SIZES[preset];
  const stemSqueezes = Math.min(shape.height, shape.width) <= 64 ? 1 : 2;
  return {
    ...own,
    network: {
      channels: shape.channels,
      stemSqueezes,
      widths: Array.from({ length: stagesFor(shape, stemSqueezes) }, (_, stage) => width * 2 ** stage),
      blocksPerStage,
      groupChannels: 8,
    },
    views: MOCO_VIEWS,
    run: {
      optimiser: { kind: 'adam', weightDecay: 1e-5 },
      schedule: {
        peak: learningRate,
        warmupSteps: Math.min(1000, Math.round(steps / 20)),
        totalSteps: steps,
        decay: 'cosine',
      },
      averagingDecay: momentum,
      evaluateEvery: Math.round(steps / 10),
      // The held-out loss rises and falls with the momentum encoder: the last weights are the most trained.
      patience: 0,
    },
  };
}

const MOST_STAGES = 4;
const SMALLEST_MAP = 4;

/** Maps halve from stage to stage, down to four places a side or to where they have no half. */
function stagesFor({ height, width }: ImageShape, stemSqueezes: number): number {
  let [h, w] = [height / 2 ** stemSqueezes, width / 2 ** stemSqueezes];
  let stages = 1;
  while (stages < MOST_STAGES && Math.min(h, w) > SMALLEST_MAP && h % 2 === 0 && w % 2 === 0) {
    [h, w] = [h / 2, w / 2];
    stages += 1;
  }
  return stages;
}
