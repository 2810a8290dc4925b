import type { FitRequest } from '../../../main/api/fit/fit.ts';

/** The smallest fit that goes through everything. */
export const SMALL_FIT: FitRequest = {
  dataset: 'flair',
  name: 'small',
  detector: 'glow',
  preset: 'tiny',
  general: null,
  generalDataset: null,
  exposure: null,
  encoder: null,
  seed: 7,
  steps: 20,
  preparation: { fit: 'resize', width: 32, height: 32, channels: 1 },
  label: null,
  flipHorizontally: false,
  softened: false,
  batchSize: 8,
};
