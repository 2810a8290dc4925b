import { z } from 'zod';
import { Empty, Id, Name, Reason, Utc, call } from './common.ts';
import { Estimate, PresetName, Preparation } from './jobs.ts';
import { Intensity } from './intensity.ts';

/** How pixels become an encoder's input: (pixel / 255 − mean) / deviation, by the names of what is usual. */
export const NormalisationName = z.enum(['imagenet', 'zero-to-one', 'minus-one-to-one', 'zero-to-255']);
export type NormalisationName = z.infer<typeof NormalisationName>;

const side = z.int().min(1).max(8192);
const TensorName = z.string().min(1).max(1000);

/** What a person says of a file that does not say it itself; null where it is left open. */
export const EncoderAnswers = z.object({
  normalisation: NormalisationName.nullable().default(null),
  /** Whether channels come before rows and columns or after them. */
  layout: z.enum(['NCHW', 'NHWC']).nullable().default(null),
  channels: z.literal([1, 3]).nullable().default(null),
  /** What images are resized to where the file takes any size. */
  size: z.object({ height: side, width: side }).nullable().default(null),
  /** The tensor that is the vector of an image. */
  vector: TensorName.nullable().default(null),
  /** The tensor that is the map of vectors: any that the file computes. */
  grid: TensorName.nullable().default(null),
});
export type EncoderAnswers = z.infer<typeof EncoderAnswers>;

export const EncoderQuestion = z.discriminatedUnion('about', [
  z.object({ about: z.literal('normalisation') }),
  z.object({ about: z.literal('layout') }),
  z.object({ about: z.literal('channels') }),
  z.object({ about: z.literal('vector'), choices: z.array(z.string()) }),
]);
export type EncoderQuestion = z.infer<typeof EncoderQuestion>;

/** What is known of a file, from itself and from the answers, and what has to be asked still. */
export const DescribedEncoder = z.object({
  questions: z.array(EncoderQuestion),
  /** The file carries its own description. */
  describesItself: z.boolean(),
  layout: z.enum(['NCHW', 'NHWC']).nullable(),
  channels: z.literal([1, 3]).nullable(),
  /** Pixels that the file takes; null where it takes any number. */
  size: z.object({ height: side, width: side }).nullable(),
  vector: z.string().nullable(),
  grid: z.string().nullable(),
  outputs: z.array(z.string()),
});
export type DescribedEncoder = z.infer<typeof DescribedEncoder>;

const Grid = z.object({ height: side, width: side, dimensions: z.int() });

export const EncoderTraining = z.object({
  dataset: z.string(),
  preset: PresetName,
  seed: z.int(),
  steps: z.int(),
  /** Nats, lower is better: how well two views of one held-out image are told from those of others. */
  heldOutLoss: z.number(),
  images: z.int(),
  heldOutImages: z.int(),
  seconds: z.number(),
  device: z.string(),
  /** "resize 64x64 grey" */
  preparation: z.string(),
});
export type EncoderTraining = z.infer<typeof EncoderTraining>;

export const EncoderSummary = z.object({
  /** Null for the one that is always there. */
  id: Id.nullable(),
  /** What it is chosen by. */
  name: z.string(),
  source: z.enum(['built-in', 'file', 'trained']),
  /** One sentence: what its features know. */
  use: z.string(),
  /** Of the vector of an image; null where that depends on the images, as all of the following. */
  dimensions: z.int().nullable(),
  /** Places of its map of images of `size`, and the dimensions of each; also null where it gives none. */
  grid: Grid.nullable(),
  hasGrid: z.boolean(),
  /** What images are resized to. */
  size: z.object({ height: side, width: side }).nullable(),
  channels: z.literal([1, 3]).nullable(),
  /** The name of what is usual, or numbers. */
  normalisation: z.string().nullable(),
  bytes: z.int().nullable(),
  sha256: z.string().nullable(),
  createdAt: Utc.nullable(),
  training: EncoderTraining.nullable(),
  /** Names of the models that are fitted on its features. */
  models: z.array(z.string()),
});
export type EncoderSummary = z.infer<typeof EncoderSummary>;

/** A training of an encoder that has not ended. */
export const EncoderRun = z.object({
  id: Id,
  name: z.string(),
  dataset: z.string(),
  status: z.enum(['running', 'interrupted', 'failed']),
  step: z.int(),
  steps: z.int(),
  startedAt: Utc,
  error: z.string().nullable(),
});
export type EncoderRun = z.infer<typeof EncoderRun>;

export const EncoderTrainingRequest = z.object({
  datasetId: Id,
  name: Name,
  preset: PresetName,
  seed: z.int().min(0).max(4_294_967_295),
  /** Gradient steps instead of the preset's number. */
  steps: z.int().min(1).max(10_000_000).nullable(),
  /** Chosen from the images when null. */
  preparation: Preparation.nullable(),
  intensity: Intensity.nullable().default(null),
  /** Only the images of this label. */
  label: z.string().max(500).nullable(),
  flipHorizontally: z.boolean(),
});
export type EncoderTrainingRequest = z.infer<typeof EncoderTrainingRequest>;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const encoders = {
  /** The one that is always there, then the newest first. */
  list: call.output(z.array(EncoderSummary)),
  /** Takes an ONNX file, which is kept for an hour unless it is added. */
  upload: call
    .input(z.object({ file: z.file().max(2_000_000_000) }))
    .output(z.object({ sha256: Sha256, name: z.string(), described: DescribedEncoder })),
  describe: call
    .input(z.object({ sha256: Sha256, fileName: Name, answers: EncoderAnswers }))
    .output(DescribedEncoder),
  /** Runs it once. Refused as 'encoder-asks' while there are questions. */
  add: call
    .input(z.object({ sha256: Sha256, fileName: Name, name: Name, answers: EncoderAnswers }))
    .output(EncoderSummary),
  /** Takes it out of the lists. Refused as 'in-use' while a model needs it. */
  remove: call.input(z.object({ id: Id, reason: Reason })).output(Empty),
  train: call.input(EncoderTrainingRequest).output(z.object({ jobId: Id })),
  /** How long a training would take here, from a short trial. */
  estimate: call
    .input(
      EncoderTrainingRequest.pick({
        datasetId: true,
        preset: true,
        steps: true,
        preparation: true,
      }),
    )
    .output(Estimate),
  /** Trainings that run or can go on, newest first. */
  runs: call.output(z.array(EncoderRun)),
};
