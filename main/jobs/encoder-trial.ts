/** What an encoder gives, found out by running it: the worker's side. */
import { z } from 'zod';
import type { Environment } from '../../models/device.ts';
import type { ImageShape } from '../../models/images.ts';
import { type EncoderChoice, openUncached } from './encoder-choice.ts';

const side = z.int().positive();

export const encoderFeatures = z.strictObject({
  /** Of a vector, of which an image has one. */
  dimensions: side,
  /** Of the places of a map, and of the vector at each; null where the encoder gives none. */
  grid: z.strictObject({ height: side, width: side, dimensions: side }).nullable(),
});
export type EncoderFeatures = z.infer<typeof encoderFeatures>;

export interface EncoderTrial {
  readonly choice: EncoderChoice;
  readonly shape: ImageShape;
}

/** @throws as openChosenEncoder */
export async function tryEncoder(
  environment: Environment,
  { choice, shape }: EncoderTrial,
): Promise<EncoderFeatures> {
  const encoder = await openUncached(environment, choice, shape);
  try {
    const { dimensions, grid } = encoder;
    return { dimensions, grid };
  } finally {
    await encoder.dispose();
  }
}
