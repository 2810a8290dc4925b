/** What a run goes on from, as it comes from another process. */
import { z } from 'zod';

export const parameters = z.record(z.string(), z.instanceof(Float32Array<ArrayBuffer>));

export const checkpoint = z.object({
  step: z.int(),
  state: parameters,
  fixed: parameters,
  progress: z.object({
    rejectedSteps: z.int(),
    best: z.object({ heldOut: z.number(), step: z.int() }).nullable(),
  }),
});
