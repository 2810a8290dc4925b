/** Typed errors as they pass from one process to another. */
import { z } from 'zod';

export const failure = z.discriminatedUnion('of', [
  z.object({
    of: z.literal('engine'),
    kind: z.enum(['device-unavailable', 'wrong-numbers', 'load-failed', 'run-failed', 'disposed']),
    message: z.string(),
  }),
  z.object({
    of: z.literal('ingest'),
    kind: z.enum([
      'empty-file',
      'truncated',
      'unsupported-format',
      'not-an-image',
      'too-large',
      'unreadable',
      'not-found',
      'drive-lost',
      'corrupt',
    ]),
    path: z.string(),
    message: z.string(),
  }),
  z.object({
    of: z.literal('job'),
    kind: z.enum(['no-readable-images', 'not-finite', 'unstable', 'process-died', 'bad-message']),
    message: z.string(),
  }),
  z.object({
    of: z.literal('encoder'),
    kind: z.enum([
      'unreadable',
      'too-large',
      'not-onnx',
      'external-data',
      'unknown-operators',
      'wrong-input',
      'wrong-output',
      'wrong-description',
      'changed',
      'not-finite',
    ]),
    message: z.string(),
  }),
  z.object({
    of: z.literal('fit-data'),
    kind: z.enum(['missing', 'not-finite', 'too-small']),
    message: z.string(),
  }),
  z.object({
    of: z.literal('feature'),
    kind: z.enum(['no-encoder', 'no-features', 'no-contrast', 'not-finite', 'wrong-dimensions']),
    message: z.string(),
  }),
  /** A mistake in the program. */
  z.object({ of: z.literal('unforeseen'), message: z.string(), stack: z.string() }),
]);
export type Failure = z.infer<typeof failure>;
