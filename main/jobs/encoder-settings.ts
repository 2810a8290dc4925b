/** How an encoder is trained, checked where it comes back from a database or another process. */
import { z } from 'zod';
import type { MocoSettings } from '../../models/training/moco-settings.ts';

const share = z.number().min(0).max(1);
const whole = z.int().positive();

export const mocoSettings = z.strictObject({
  network: z.strictObject({
    channels: z.union([z.literal(1), z.literal(3)]),
    stemSqueezes: z.int().nonnegative(),
    widths: z.array(whole).min(1).readonly(),
    blocksPerStage: whole,
    groupChannels: whole,
  }),
  projection: whole,
  temperature: z.number().positive(),
  queue: whole,
  batchSize: whole,
  views: z.strictObject({
    leastArea: share,
    flipHorizontally: z.boolean(),
    jitter: z.strictObject({
      probability: share,
      brightness: z.number(),
      contrast: z.number(),
      saturation: z.number(),
      hue: z.number(),
    }),
    greyProbability: share,
    blur: z.strictObject({ probability: share, largest: z.number() }),
  }),
  run: z.strictObject({
    optimiser: z.strictObject({ kind: z.enum(['adam', 'adamax']), weightDecay: z.number() }),
    schedule: z.strictObject({
      peak: z.number(),
      warmupSteps: z.int().nonnegative(),
      totalSteps: whole,
      decay: z.enum(['constant', 'cosine', 'steps']),
    }),
    averagingDecay: z.number(),
    evaluateEvery: whole,
    patience: z.int().nonnegative(),
  }),
}) satisfies z.ZodType<MocoSettings>;
