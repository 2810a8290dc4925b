/**
 * What passes between the program and a process for jobs. Every request has a number, which all that belongs to it
 * carries. Checked where it enters on either side; typed arrays travel as they are.
 */
import { z } from 'zod';
import { Preparation } from '../ingest/preparation-settings.ts';
import { PLANES } from '../ingest/stored-image.ts';
import { checkpoint, parameters } from './checkpoint-schema.ts';
import { encoderJob, encoderTrial } from './encoder-protocol.ts';
import { fitFile } from './fit-file.ts';
import { failure } from './protocol-failure.ts';
import { colourScale, fitSettings, glowSettings } from './settings-schemas.ts';

const deviceKind = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
const flow = z.object({ settings: glowSettings, parameters });
const detector = z.object({ own: flow, general: flow.nullable() });
/** Also what is not finite: the likelihood of a rejected step, a score that is then listed as a failure. */
const anyNumber = z.custom<number>((value) => typeof value === 'number');
const best = z.object({ loss: z.number(), step: z.int() });
const part = { frame: z.int(), plane: z.enum(PLANES).nullable() };

const fitJob = z.object({
  root: z.string(),
  preparation: Preparation,
  train: z.array(fitFile),
  heldOut: z.array(fitFile),
  glow: glowSettings,
  settings: fitSettings,
  start: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('fresh') }),
    z.object({ kind: z.literal('from-model'), parameters }),
    z.object({ kind: z.literal('resume'), checkpoint, best: parameters.nullable() }),
  ]),
  general: flow.nullable(),
  checkpointSeconds: z.number(),
});

const screenFile = z.object({
  id: z.int(),
  relativePath: z.string(),
  ...part,
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  sha256: z.string(),
});

const number = { id: z.int() };

/** What the program says. */
export const toJob = z.discriminatedUnion('kind', [
  /** The first request: answered with the device when it is open. */
  z.object({
    ...number,
    kind: z.literal('open'),
    device: z.enum(['auto', ...deviceKind.options]),
    graphs: z.string(),
    /** Leave the processor to others who want it: nobody waits for each answer. */
    background: z.boolean(),
  }),
  z.object({ ...number, kind: z.literal('fit'), job: fitJob }),
  /** Its files come page by page, as it asks for them. */
  z.object({
    ...number,
    kind: z.literal('screen'),
    job: z.object({ root: z.string(), preparation: Preparation, detector, batchSize: z.int() }),
  }),
  z.object({
    ...number,
    kind: z.literal('step-trial'),
    trial: z.object({ glow: glowSettings, settings: fitSettings, preparation: Preparation }),
  }),
  z.object({ ...number, kind: z.literal('train-encoder'), job: encoderJob }),
  z.object({ ...number, kind: z.literal('try-encoder'), trial: encoderTrial }),
  /** Loads a model under a key, for maps. */
  z.object({
    ...number,
    kind: z.literal('load-model'),
    key: z.string(),
    preparation: Preparation,
    detector,
  }),
  z.object({ ...number, kind: z.literal('unload-model'), key: z.string() }),
  z.object({
    ...number,
    kind: z.literal('maps'),
    key: z.string(),
    path: z.string(),
    part: z.object(part),
    names: z.array(z.string()),
  }),
  /** One more reply was taken: another may be sent. */
  z.object({ ...number, kind: z.literal('taken') }),
  z.object({ ...number, kind: z.literal('page'), files: z.array(screenFile).nullable() }),
  z.object({ ...number, kind: z.literal('stop') }),
]);
export type ToJob = z.infer<typeof toJob>;

/** What a process for jobs says. What a reply holds depends on the request. */
export const fromJob = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('notice'), message: z.string() }),
  z.object({ ...number, kind: z.literal('reply'), reply: z.unknown() }),
  z.object({ ...number, kind: z.literal('page-wanted') }),
  z.object({ ...number, kind: z.literal('done') }),
  z.object({ ...number, kind: z.literal('failed'), failure }),
]);
export type FromJob = z.infer<typeof fromJob>;

/** The device that was opened, by the name people read. */
export const openedDevice = z.object({ kind: deviceKind, label: z.string() });
export type OpenedDevice = z.infer<typeof openedDevice>;

export const fitReply = z.discriminatedUnion('kind', [
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
    loss: anyNumber,
    imagesPerSecond: z.number(),
    secondsLeft: z.number(),
    accepted: z.boolean(),
  }),
  z.object({ kind: z.literal('evaluation'), step: z.int(), heldOutLoss: z.number(), best }),
  z.object({ kind: z.literal('unstable'), step: z.int(), rejectedSteps: z.int() }),
  z.object({
    kind: z.literal('image-replaced'),
    relativePath: z.string(),
    reason: z.string(),
    count: z.int(),
  }),
  z.object({ kind: z.literal('checkpoint'), checkpoint, newBest: parameters.nullable() }),
  z.object({
    kind: z.literal('finished'),
    step: z.int(),
    reason: z.enum(['all-steps', 'no-improvement']),
  }),
  z.object({ kind: z.literal('stopped'), step: z.int() }),
  z.object({
    kind: z.literal('fitted'),
    fitted: z.object({
      parameters,
      heldOutLoss: z.number(),
      bestStep: z.int(),
      steps: z.int(),
      rejectedSteps: z.int(),
      heldOutScores: z.record(z.string(), z.array(z.number())),
      colourScales: z.record(z.string(), colourScale),
    }),
  }),
]);

const anyScores = z.record(z.string(), anyNumber);

export const screenReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), device: z.string() }),
  z.object({
    kind: z.literal('results'),
    results: z.array(
      z.union([
        z.object({
          fileId: z.int(),
          scores: anyScores,
          tiles: z.array(anyScores).exactOptional(),
        }),
        z.object({ fileId: z.int(), failure: z.string() }),
      ]),
    ),
    filesPerSecond: z.number(),
  }),
  z.object({ kind: z.literal('stopped') }),
]);

export const mapsReply = z.object({
  width: z.int(),
  height: z.int(),
  image: z.instanceof(Uint8Array<ArrayBuffer>),
  maps: z.record(z.string(), z.instanceof(Float32Array<ArrayBuffer>)),
  scores: anyScores,
});

export const stepSecondsReply = z.number();
