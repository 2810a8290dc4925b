/** Encoders that travel with the models that need them. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { checked, encoderDescription } from '../../engine/encoders/describe-encoder.ts';
import { EncoderError } from '../../engine/encoders/encoder-error.ts';
import { encoderFileOf } from '../../engine/encoders/encoder-file.ts';
import { EngineError } from '../../engine/engine-error.ts';
import type { EncoderIdentity } from '../../jobs/encoder-choice.ts';
import { keepEncoder } from '../encoders/add-encoder.ts';
import type { Context } from '../context.ts';
import { type EncoderTrainingRecord, encoderTraining, knownEncoder } from '../encoders/encoder-records.ts';
import { encoderName } from '../encoders/encoders.ts';
import type { KnownModel } from './known-models.ts';
import { nameOutside } from './names-outside.ts';
import { ServiceError } from '../service-error.ts';

/** Larger ones stay at home: a model file must be small enough for one import. */
const MOST_ENCODER_BYTES = 1_000_000_000;

export const encoderPart = z.strictObject({
  name: z.string().trim().min(1).max(200),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  description: encoderDescription,
  training: encoderTraining.nullable(),
  /** Null where it is too large to travel: it has to be added before the model is imported. */
  bytes: z.int().positive().max(MOST_ENCODER_BYTES).nullable(),
});
export type EncoderPart = z.infer<typeof encoderPart>;

/** What models say of the encoders that they need, each once; none for the one that is always there. */
export function encodersOf(ctx: Context, models: readonly KnownModel[]): EncoderPart[] {
  const parts: EncoderPart[] = [];
  for (const { settings } of models) {
    const { encoder } = settings;
    if (encoder?.kind !== 'onnx' || parts.some((part) => isNeeded(part, encoder))) continue;
    const name = encoderName(ctx, encoder);
    const record = name === null ? undefined : ctx.store.encoders.find(name);
    if (name === null || record === undefined) {
      throw new ServiceError(
        'unknown-encoder',
        `The encoder "${settings.encoderName ?? ''}" that the model needs is no longer here, so that the model would be of no use elsewhere; add the encoder again.`,
      );
    }
    const { sha256, description } = encoder;
    const training = trainingOutside(ctx, knownEncoder(record).training);
    const bytes = record.bytes <= MOST_ENCODER_BYTES ? record.bytes : null;
    // Read once to be sure of it: a damaged file must not travel.
    if (bytes !== null) ctx.store.encoderFiles.load(sha256);
    parts.push({ name, sha256, description, training, bytes });
  }
  return parts;
}

export function isNeeded(part: EncoderPart, encoder: EncoderIdentity | null): boolean {
  if (encoder?.kind !== 'onnx' || part.sha256 !== encoder.sha256) return false;
  return isDeepStrictEqual(part.description, encoder.description);
}

/**
 * Makes the encoder of a model file one of those here, unless it is already. It is run once before it is kept.
 * @param load its bytes, checked against their hash
 * @throws ServiceError 'unknown-encoder' where it did not travel; 'bad-model-file' where it cannot be used
 */
export async function takeEncoder(
  ctx: Context,
  { name, sha256, description, training, bytes }: EncoderPart,
  load: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  if (encoderName(ctx, { kind: 'onnx', sha256, description }) !== null) return;
  if (bytes === null) {
    throw new ServiceError(
      'unknown-encoder',
      `The model needs the encoder "${name}" (SHA-256 ${sha256}), which is too large to travel with it; add its ONNX file as it was added there, then import the model again.`,
    );
  }
  try {
    const file = encoderFileOf(`${name}.onnx`, await load());
    const how = { name: freeName(ctx, name), description: checked(file, description), training, runId: null };
    await keepEncoder(ctx, file, how);
  } catch (error) {
    if (!(error instanceof EncoderError) && !(error instanceof EngineError)) throw error;
    throw new ServiceError(
      'bad-model-file',
      `The encoder "${name}" of this model file cannot be used here, so that nothing was imported: ${error.message}`,
      { cause: error },
    );
  }
}

/** What it learned from may be called by a patient's name. */
function trainingOutside(ctx: Context, training: EncoderTrainingRecord | null): EncoderTrainingRecord | null {
  if (training === null) return null;
  const dataset = ctx.store.datasets.find(training.dataset);
  return { ...training, dataset: dataset === undefined ? 'a dataset' : nameOutside(ctx, dataset) };
}

function freeName(ctx: Context, name: string): string {
  const names = [name, `${name} (imported)`];
  for (let number = 2; ; number++) {
    const free = names.find((each) => ctx.store.encoders.find(each) === undefined);
    if (free !== undefined) return free;
    names.push(`${name} (imported ${number})`);
  }
}
