/** What a detector is built and trained with, checked where it comes back from a database or another process. */
import { z } from 'zod';

const finite = z.number();
const count = z.int().nonnegative();

export const glowSettings = z.strictObject({
  channels: z.union([z.literal(1), z.literal(3)]),
  scales: z.int().positive(),
  stepsPerScale: z.int().positive(),
  hiddenChannels: z.int().positive(),
});

export const fitSettings = z.strictObject({
  batchSize: z.int().positive(),
  seed: z.int(),
  optimiser: z.strictObject({ kind: z.enum(['adam', 'adamax']), weightDecay: finite }),
  schedule: z.strictObject({
    peak: finite,
    warmupSteps: count,
    totalSteps: z.int().positive(),
    decay: z.enum(['constant', 'cosine', 'steps']),
  }),
  averagingDecay: finite,
  augmentation: z.strictObject({ translate: finite, flipHorizontally: z.boolean() }),
  evaluateEvery: z.int().positive(),
  patience: count,
});

export const colourScale = z.strictObject({ low: finite, high: finite });
