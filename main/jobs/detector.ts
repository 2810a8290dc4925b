import { z } from 'zod';
import type { ImageScorer, TileRule } from '../../models/detectors/method.ts';
import type { Environment } from '../../models/device.ts';
import type { ImageShape } from '../../models/images.ts';
import { EncoderError } from '../engine/encoders/encoder-error.ts';
import { parameters } from './checkpoint-schema.ts';
import { encoderChoice, openChosenEncoder } from './encoder-choice.ts';
import { boundDetector, detectorChoice } from './known-detectors.ts';

export const detectorEncoder = z.object({
  choice: encoderChoice,
  /** Where its features are kept. */
  cacheFolder: z.string(),
  /** What it has to be for what was fitted on it; null before. */
  fingerprint: z.string().nullable(),
});
export type DetectorEncoder = z.infer<typeof detectorEncoder>;

/** A fitted detector as plain data. */
export const detector = z.object({
  choice: detectorChoice,
  parameters,
  /** The other half of a ratio. */
  generalModel: parameters.nullable(),
  encoder: detectorEncoder.nullable(),
});
export type Detector = z.infer<typeof detector>;

/** A scorer with what it was opened with. */
export interface OpenScorer extends ImageScorer {
  readonly tiles: TileRule;
}

/**
 * @param notify gets sentences for the user: features cannot be kept
 * @throws EngineError 'load-failed'; EncoderError where the encoder is gone or not the one that was fitted on
 */
export async function openScorer(
  environment: Environment,
  { choice, parameters: weights, generalModel, encoder: chosen }: Detector,
  shape: ImageShape,
  batch: number,
  notify: (message: string) => void,
): Promise<OpenScorer> {
  const bound = boundDetector(choice);
  const encoder = await openDetectorEncoder(environment, chosen, shape, notify);
  try {
    const fitted = { parameters: weights, generalModel, encoder };
    const scorer = await bound.open(environment, fitted, shape, batch);
    return {
      batch: scorer.batch,
      tiles: bound.method.tiles,
      score: (images) => scorer.score(images),
      async dispose() {
        await scorer.dispose();
        await encoder?.dispose();
      },
    };
  } catch (error) {
    await encoder?.dispose();
    throw error;
  }
}

/** The encoder of a detector that has one. @throws as openChosenEncoder */
export async function openDetectorEncoder(
  environment: Environment,
  encoder: DetectorEncoder | null,
  shape: ImageShape,
  notify: (message: string) => void,
) {
  if (encoder === null) return null;
  const { choice, cacheFolder, fingerprint } = encoder;
  const cache = { folder: cacheFolder, report: notify };
  const opened = await openChosenEncoder(environment, choice, shape, cache);
  if (fingerprint === null || opened.fingerprint === fingerprint) return opened;
  await opened.dispose();
  throw new EncoderError(
    'changed',
    'The encoder computes other features than those that the model was fitted on; fit the model again.',
  );
}

/** As many images at once as keep a device busy without filling its memory. */
export function scoringBatch({ height, width }: Pick<ImageShape, 'height' | 'width'>): number {
  const pixels = 2 ** 17;
  return Math.min(64, Math.max(1, Math.floor(pixels / (height * width))));
}
