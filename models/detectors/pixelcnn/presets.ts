import type { PresetName } from '../../preset-name.ts';
import type { PixelCnnNetwork } from './parameters.ts';

export interface PixelCnnSize {
  readonly network: Omit<PixelCnnNetwork, 'channels'>;
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
}

/** `paper` as published for CIFAR-10 (160 filters, three resolutions of five blocks, ten components). */
export const SIZES: Readonly<Record<PresetName, PixelCnnSize>> = {
  tiny: {
    network: { filters: 8, resolutions: 2, blocks: 1, mixtures: 5 },
    batchSize: 8,
    steps: 60,
    learningRate: 4e-3,
  },
  quick: {
    network: { filters: 24, resolutions: 2, blocks: 1, mixtures: 5 },
    batchSize: 16,
    steps: 1500,
    learningRate: 2e-3,
  },
  balanced: {
    network: { filters: 64, resolutions: 2, blocks: 3, mixtures: 10 },
    batchSize: 16,
    steps: 12_000,
    learningRate: 1e-3,
  },
  paper: {
    network: { filters: 160, resolutions: 3, blocks: 5, mixtures: 10 },
    batchSize: 64,
    steps: 195_000,
    learningRate: 1e-3,
  },
};
