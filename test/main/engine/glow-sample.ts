import { type Trial, type TrialSize, trainingTrial } from '../../../main/engine/trial.ts';
import type { CompileTarget } from '../../../models/device.ts';

export const SMALL_GLOW: TrialSize = {
  glow: { channels: 3, scales: 2, stepsPerScale: 2, hiddenChannels: 16 },
  side: 16,
  batch: 4,
  steps: 3,
};

export function smallTraining(target: CompileTarget): Trial {
  return trainingTrial(target, SMALL_GLOW);
}
