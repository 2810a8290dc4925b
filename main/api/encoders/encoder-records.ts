/** The shapes of what the database keeps of encoders as JSON, checked when it is read back. */
import { z } from 'zod';
import { PRESETS } from '../../../models/preset-name.ts';
import { encoderDescription } from '../../engine/encoders/describe-encoder.ts';
import { Preparation } from '../../ingest/preparation-settings.ts';
import { mocoSettings } from '../../jobs/encoder-settings.ts';
import { encoderFeatures } from '../../jobs/encoder-trial.ts';
import { grouping } from '../../store/datasets.ts';
import type { EncoderRecord } from '../../store/encoders.ts';
import { ServiceError } from '../service-error.ts';

const finite = z.number();
const count = z.int().nonnegative();
const side = z.int().positive();

/** What was measured of an encoder when it was added. */
const measured = z.strictObject({
  ...encoderFeatures.shape,
  /** The size that images are brought to; null where the file takes any: the map is then of `of`. */
  size: z.strictObject({ height: side, width: side }).nullable(),
  of: z.strictObject({ height: side, width: side }),
});
export type MeasuredEncoder = z.infer<typeof measured>;

/** What a training was started with, so that it can be resumed and done again. */
export const encoderRunSettings = z.strictObject({
  name: z.string(),
  preset: z.enum(PRESETS),
  moco: mocoSettings,
  preparation: Preparation,
  /** Only images of this label are used. */
  label: z.string().nullable(),
  /** Of the files used. */
  dataFingerprint: z.string(),
  heldOutBy: grouping,
  heldOutFingerprint: z.string(),
});
export type EncoderRunSettings = z.infer<typeof encoderRunSettings>;

/** How an encoder was trained. */
export const encoderTraining = z.strictObject({
  ...encoderRunSettings.omit({ name: true }).shape,
  dataset: z.string(),
  seed: z.int(),
  versions: z.record(z.string(), z.string()),
  device: z.string(),
  heldOutLoss: finite,
  steps: count,
  rejectedSteps: count,
  replacedFiles: count,
  seconds: finite,
  images: count,
  heldOutImages: count,
});
export type EncoderTrainingRecord = z.infer<typeof encoderTraining>;

const parts = z.object({
  description: encoderDescription,
  features: measured,
  training: encoderTraining.nullable(),
});

/** An encoder's record with its JSON parts read. */
export type KnownEncoder = z.infer<typeof parts> & { readonly record: EncoderRecord };

/** @throws ServiceError 'unknown-encoder' for one that this flowscreen cannot read */
export function knownEncoder(record: EncoderRecord): KnownEncoder {
  const parsed = parts.safeParse(record);
  if (parsed.success) return { record, ...parsed.data };
  throw new ServiceError(
    'unknown-encoder',
    `The encoder "${record.name}" was recorded by a flowscreen whose records this one cannot read; add it again under another name.`,
    { cause: parsed.error },
  );
}
