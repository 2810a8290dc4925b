/** What passes between the program and a process that trains encoders. */
import { z } from 'zod';
import { Preparation } from '../ingest/preparation-settings.ts';
import { checkpoint } from './checkpoint-schema.ts';
import { encoderChoice } from './encoder-choice.ts';
import { mocoSettings } from './encoder-settings.ts';
import { fitFile } from './fit-file.ts';

export const encoderJob = z.object({
  root: z.string(),
  preparation: Preparation,
  train: z.array(fitFile),
  heldOut: z.array(fitFile),
  settings: mocoSettings,
  seed: z.int(),
  checkpoint: checkpoint.nullable(),
  checkpointSeconds: z.number(),
});

const side = z.int().positive();

export const encoderTrial = z.object({
  choice: encoderChoice,
  shape: z.object({ channels: z.union([z.literal(1), z.literal(3)]), height: side, width: side }),
});

export const encoderReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('compiling') }),
  z.object({
    kind: z.literal('started'),
    steps: z.int(),
    fromStep: z.int(),
    images: z.int(),
    heldOut: z.int(),
    device: z.string(),
  }),
  z.object({
    kind: z.literal('step'),
    step: z.int(),
    totalSteps: z.int(),
    /** Not finite of a rejected step. */
    loss: z.custom<number>((value) => typeof value === 'number'),
    imagesPerSecond: z.number(),
    secondsLeft: z.number(),
    accepted: z.boolean(),
  }),
  z.object({ kind: z.literal('evaluation'), step: z.int(), heldOutLoss: z.number() }),
  z.object({ kind: z.literal('unstable'), step: z.int(), rejectedSteps: z.int() }),
  z.object({
    kind: z.literal('image-replaced'),
    relativePath: z.string(),
    reason: z.string(),
    count: z.int(),
  }),
  z.object({ kind: z.literal('checkpoint'), checkpoint }),
  z.object({ kind: z.literal('stopped'), step: z.int() }),
  z.object({
    kind: z.literal('trained'),
    trained: z.object({
      onnx: z.instanceof(Uint8Array<ArrayBuffer>),
      heldOutLoss: z.number(),
      steps: z.int(),
      rejectedSteps: z.int(),
    }),
  }),
]);
