import type { PresetName } from '../../preset-name.ts';

export interface DenseGlowSize {
  readonly stepsPerScale: number;
  readonly hidden: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
}

/** Eight steps a scale as published; the width of the subnets is ours. */
export const SIZES: Readonly<Record<PresetName, DenseGlowSize>> = {
  tiny: { stepsPerScale: 2, hidden: 32, batchSize: 16, steps: 60, learningRate: 2e-3 },
  quick: { stepsPerScale: 8, hidden: 128, batchSize: 32, steps: 2000, learningRate: 1e-3 },
  balanced: { stepsPerScale: 8, hidden: 256, batchSize: 64, steps: 12_000, learningRate: 1e-3 },
  paper: { stepsPerScale: 8, hidden: 512, batchSize: 64, steps: 195_000, learningRate: 5e-4 },
};
