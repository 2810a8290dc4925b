/** What a fit is asked for, and what it tells of itself: plain data, as it passes between processes. */
import { z } from 'zod';
import { Preparation } from '../ingest/preparation-settings.ts';
import { checkpoint, parameters } from './checkpoint-schema.ts';
import { detectorEncoder } from './detector.ts';
import { fitFile } from './fit-file.ts';
import { detectorChoice } from './known-detectors.ts';
import { colourScale } from './settings-schemas.ts';

/** Files of another folder than the normal images', or others of it. */
const otherImages = z.object({ root: z.string(), files: z.array(fitFile) });
/** What each finished stage came to. */
const finishedStage = z.object({ best: parameters, steps: z.int(), rejectedSteps: z.int() });

export const fitJob = z.object({
  root: z.string(),
  preparation: Preparation,
  train: z.array(fitFile),
  heldOut: z.array(fitFile),
  detector: detectorChoice,
  seed: z.int(),
  /** The other half of a ratio, whose weights start the run. */
  generalModel: parameters.nullable(),
  general: otherImages.nullable(),
  exposure: otherImages.nullable(),
  /** What kind each file of `train` and of `heldOut` is of: 0 … count − 1. */
  classes: z.object({ count: z.int(), train: z.array(z.int()), heldOut: z.array(z.int()) }).nullable(),
  encoder: detectorEncoder.nullable(),
  start: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('fresh') }),
    z.object({
      kind: z.literal('resume'),
      /** That are finished, the first at the front. */
      stages: z.array(finishedStage),
      /** Of the stage that follows. */
      checkpoint,
      /** The weights of its best evaluation before the checkpoint. */
      best: parameters.nullable(),
    }),
  ]),
  checkpointSeconds: z.number(),
});
export type FitJob = z.infer<typeof fitJob>;

/** Also what is not finite: the loss of a rejected step. */
export const anyNumber = z.custom<number>((value) => typeof value === 'number');

const step = z.int();

export const fitMessage = z.discriminatedUnion('kind', [
  /** Features are computed, graphs compiled and data-dependent weights set; for a detector that is computed, all there is to do. */
  z.object({ kind: z.literal('compiling') }),
  z.object({
    kind: z.literal('started'),
    /** Of all stages; 0 where the detector is computed. */
    steps: z.int(),
    fromStep: step,
    images: z.int(),
    heldOut: z.int(),
    device: z.string(),
  }),
  z.object({
    kind: z.literal('step'),
    /** Counted on through all stages. */
    step,
    totalSteps: z.int(),
    /** Of the batch, in the detector's unit. */
    loss: anyNumber,
    imagesPerSecond: z.number(),
    secondsLeft: z.number(),
    /** False where the gradient was not finite and the step changed nothing. */
    accepted: z.boolean(),
  }),
  z.object({
    kind: z.literal('evaluation'),
    step,
    heldOutLoss: z.number(),
    /** The best of this stage so far, this one included. */
    best: z.object({ loss: z.number(), step }),
  }),
  /** Steps are being rejected; `rejectedSteps` of the run so far. */
  z.object({ kind: z.literal('unstable'), step, rejectedSteps: z.int() }),
  /** A file could no longer be read; another image takes its place. `count` such files so far. */
  z.object({
    kind: z.literal('image-replaced'),
    of: z.enum(['normal', 'general', 'exposure']),
    relativePath: z.string(),
    reason: z.string(),
    count: z.int(),
  }),
  /** A sentence for the user that stops nothing. */
  z.object({ kind: z.literal('notice'), message: z.string() }),
  /** To be saved before the next message is asked for. */
  z.object({
    kind: z.literal('checkpoint'),
    /** Counted from 0. */
    stage: z.int(),
    checkpoint,
    /** Of this stage; null where it is that of the checkpoint before. */
    newBest: parameters.nullable(),
  }),
  /** A stage is done, and was saved; the next one follows from its best weights. */
  z.object({ kind: z.literal('next-stage'), step }),
  z.object({ kind: z.literal('finished'), step, reason: z.enum(['all-steps', 'no-improvement']) }),
  /** The last message after the signal was given. */
  z.object({ kind: z.literal('stopped'), step }),
  /** The last message of a whole run. */
  z.object({
    kind: z.literal('fitted'),
    fitted: z.object({
      /** What scoring needs: of the best evaluation. */
      parameters,
      /** What the features are of, where the detector has an encoder. */
      encoderFingerprint: z.string().nullable(),
      /** Null where the detector is computed. */
      heldOutLoss: z.number().nullable(),
      bestStep: step,
      steps: z.int(),
      rejectedSteps: z.int(),
      scores: z.array(z.string()),
      heldOutScores: z.record(z.string(), z.array(z.number())),
      colourScales: z.record(z.string(), colourScale),
    }),
  }),
]);

type Message = z.infer<typeof fitMessage>;
export type FitMessage = Readonly<Message>;
export type Fitted = Extract<FitMessage, { kind: 'fitted' }>['fitted'];

/** What is told of a running fit to whoever watches it. */
export type FitProgressMessage = Extract<
  FitMessage,
  { kind: 'step' | 'evaluation' | 'unstable' | 'image-replaced' | 'next-stage' }
>;
