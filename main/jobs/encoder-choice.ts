/** Which encoder a detector is fitted on, as plain data that passes between processes; and that encoder, ready to run. */
import { z } from 'zod';
import type { Environment } from '../../models/device.ts';
import type { ImageShape } from '../../models/images.ts';
import { openFilterBank } from '../../models/features/filter-bank-encoder.ts';
import { encoderDescription } from '../engine/encoders/describe-encoder.ts';
import { EncoderError } from '../engine/encoders/encoder-error.ts';
import { readEncoderFile } from '../engine/encoders/encoder-file.ts';
import { type FeatureCacheSettings, cachedEncoder } from '../engine/encoders/feature-cache.ts';
import { type OpenEncoder, openEncoder } from '../engine/encoders/open-encoder.ts';

const filterBank = z.strictObject({ kind: z.literal('filter-bank') });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What a record keeps of an encoder: what it computes, not where its file lies. */
export const encoderIdentity = z.discriminatedUnion('kind', [
  filterBank,
  z.strictObject({ kind: z.literal('onnx'), sha256, description: encoderDescription }),
]);
export type EncoderIdentity = z.infer<typeof encoderIdentity>;

export const encoderChoice = z.discriminatedUnion('kind', [
  filterBank,
  z.strictObject({
    kind: z.literal('onnx'),
    path: z.string(),
    /** Of the file at that path, else it is not used. */
    sha256,
    description: encoderDescription,
  }),
]);
export type EncoderChoice = z.infer<typeof encoderChoice>;

/**
 * An encoder for images of one shape. What an ONNX file computes is kept, for an encoder takes longer than reading its features; the filter
 * bank does not.
 * @throws as openUncached
 */
export async function openChosenEncoder(
  environment: Environment,
  choice: EncoderChoice,
  shape: ImageShape,
  cache: FeatureCacheSettings,
): Promise<OpenEncoder> {
  const encoder = await openUncached(environment, choice, shape);
  if (choice.kind === 'filter-bank') return encoder;
  return { ...cachedEncoder(encoder, shape, cache), dispose: () => encoder.dispose() };
}

/**
 * @throws EncoderError as readEncoderFile and openEncoder; 'changed' for another file than was chosen
 * @throws EngineError 'load-failed' | 'run-failed'; RangeError for a shape that the filter bank has no whole cells of
 */
export async function openUncached(
  environment: Environment,
  choice: EncoderChoice,
  shape: ImageShape,
): Promise<OpenEncoder> {
  if (choice.kind === 'filter-bank') return openFilterBank(environment, shape);
  const file = await readEncoderFile(choice.path);
  if (file.sha256 !== choice.sha256) {
    throw new EncoderError(
      'changed',
      `The encoder "${choice.path}" is damaged (its content does not match what was added); restore this file from a backup or add the encoder again.`,
    );
  }
  return openEncoder(environment.device, file, choice.description, shape);
}
