/** What passes between the program and the process in which speed is measured. */
import { z } from 'zod';

const tensor = z.object({
  name: z.string(),
  shape: z.array(z.number()),
  /** One number everywhere; or random, `weights` in ±0.025 as the peer's, `pixels` in ±0.5; or identity matrices. */
  fill: z.union([z.number(), z.enum(['weights', 'pixels', 'identity'])]),
});
export type FilledTensor = z.infer<typeof tensor>;

export const speedTask = z.object({
  device: z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']),
  graph: z.object({ path: z.string(), offset: z.number() }),
  /** Runs that count, after one that does not. */
  repeat: z.number(),
  /** What goes in at each run. */
  batch: z.array(tensor),
  /** Of a training step; null for scoring, whose weights are in the graph. */
  resident: z
    .object({ state: z.array(tensor.extend({ successor: z.string() })), constants: z.array(tensor) })
    .nullable(),
});
export type SpeedTask = z.infer<typeof speedTask>;

export const speedReply = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('ran'),
    /** Of each run that counts, in milliseconds. */
    times: z.array(z.number()),
    /** The most memory that the process ever held, in units of 1000 KiB, as the peer counts it. */
    peak: z.number(),
  }),
  z.object({ status: z.literal('failed'), message: z.string() }),
]);
export type SpeedReply = z.infer<typeof speedReply>;
