import { z } from 'zod';
import { Preparation } from '../ingest/preparation-settings.ts';
import { detectorEncoder } from './detector.ts';
import { mocoSettings } from './encoder-settings.ts';
import { detectorChoice } from './known-detectors.ts';

export const stepTrial = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('fit'),
    detector: detectorChoice,
    preparation: Preparation,
    encoder: detectorEncoder.nullable(),
  }),
  z.object({ kind: z.literal('train-encoder'), settings: mocoSettings, preparation: Preparation }),
]);
export type StepTrial = z.infer<typeof stepTrial>;

/** In seconds. */
export const trialTimes = z.object({
  /** One training step; null where the detector is computed. */
  step: z.number().nullable(),
  /** The features of one image; null where the detector has no encoder. */
  encoding: z.number().nullable(),
});
export type TrialTimes = z.infer<typeof trialTimes>;
