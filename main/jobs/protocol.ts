/**
 * What passes between the program and a process for jobs. Every request has a number, which all that belongs to it
 * carries. Checked where it enters on either side; typed arrays travel as they are.
 */
import { z } from 'zod';
import { Preparation } from '../ingest/preparation-settings.ts';
import { PLANES } from '../ingest/stored-image.ts';
import { detector } from './detector.ts';
import { encoderJob, encoderTrial } from './encoder-protocol.ts';
import { anyNumber, fitJob } from './fit-protocol.ts';
import { latentJob } from './latent-protocol.ts';
import { failure } from './protocol-failure.ts';
import { stepTrial } from './step-trial-protocol.ts';

const deviceKind = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
const part = { frame: z.int(), plane: z.enum(PLANES).nullable() };

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
    trial: stepTrial,
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
  z.object({ ...number, kind: z.literal('look-into'), job: latentJob }),
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
  z.object({ kind: z.literal('notice'), message: z.string() }),
  z.object({ kind: z.literal('stopped') }),
]);

export const mapsReply = z.object({
  width: z.int(),
  height: z.int(),
  image: z.instanceof(Uint8Array<ArrayBuffer>),
  maps: z.record(z.string(), z.instanceof(Float32Array<ArrayBuffer>)),
  scores: anyScores,
});
