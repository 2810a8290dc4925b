/** What passes between the program and the process in which a device is tried. */
import { z } from 'zod';

const hostTensor = z.object({
  data: z.union([
    z.instanceof(Float32Array<ArrayBuffer>),
    z.instanceof(Int32Array<ArrayBuffer>),
    z.instanceof(Uint8Array<ArrayBuffer>),
  ]),
  shape: z.array(z.number()),
});
const hostTensors = z.record(z.string(), hostTensor);

export const trialRequest = z.object({
  kind: z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']),
  label: z.string(),
  threads: z.number(),
  trial: z.object({
    model: z.instanceof(Uint8Array<ArrayBuffer>),
    state: z.object({
      initial: hostTensors,
      successors: z.record(z.string(), z.string()),
      constants: hostTensors,
    }),
    batches: z.array(hostTensors),
  }),
  /** Whether to find out where each node runs; takes a second load and run. */
  profile: z.boolean(),
});

export type TrialRequest = z.infer<typeof trialRequest>;

const placement = z.discriminatedUnion('status', [
  z.object({ status: z.literal('not-asked') }),
  z.object({ status: z.literal('unknown'), reason: z.string() }),
  z.object({
    status: z.literal('known'),
    nodes: z.number(),
    elsewhere: z.record(z.string(), z.number()),
  }),
]);

export const trialReply = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('ran'),
    losses: z.array(z.number()),
    parameters: z.array(z.instanceof(Float32Array<ArrayBuffer>)),
    loadMs: z.number(),
    stepMs: z.number(),
    placement,
    /** Paths of the native libraries in use, where the platform tells. */
    libraries: z.string(),
  }),
  z.object({ status: z.literal('failed'), reason: z.string() }),
]);

export type TrialReply = z.infer<typeof trialReply>;
export type TrialPlacement = z.infer<typeof placement>;
