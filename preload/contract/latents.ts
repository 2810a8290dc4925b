/** What a model sees in an image: pictures that it makes from what it knows of it. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Id, ScoreName, call } from './common.ts';
import { imagePlace } from './image-name.ts';

/** `own`: the case. `other`: the image that it is mixed with. */
export const LatentSide = z.enum(['own', 'other']);
export type LatentSide = z.infer<typeof LatentSide>;

export const LatentPicture = z.object({
  of: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('original'), side: LatentSide }),
    /** The image of that side with what the model knows of one scale, from 1 for the finest, taken from the other one. */
    z.object({ kind: z.literal('mix'), side: LatentSide, scale: z.int().positive() }),
    z.object({ kind: z.literal('climb'), step: z.int().min(0) }),
  ]),
  /** WebP, of the size that the model sees; null where what came out is no image. */
  address: z.string().nullable(),
  /** Why there is no picture: most of it lies beyond black and white, or its numbers are not finite. */
  missing: z.enum(['out-of-range', 'not-finite']).nullable(),
  /** The share of its values that lie beyond black and white. */
  outside: z.number().min(0).max(1),
  bitsPerDimension: z.number().nullable(),
});
export type LatentPicture = z.infer<typeof LatentPicture>;

const progress = { done: z.int().min(0), total: z.int().positive() };

export const LatentEvent = z.discriminatedUnion('kind', [
  /** `other`: what a case is mixed with; null for a climb. */
  z.object({
    kind: z.literal('begun'),
    scales: z.int().positive(),
    other: z.object({ fileId: Id, ...imagePlace }).nullable(),
  }),
  z.object({ kind: z.literal('choosing-tile'), ...progress }),
  /** Of an image that is cut into tiles the most anomalous one is shown; `number` from 1. */
  z.object({ kind: z.literal('tile'), side: LatentSide, number: z.int(), count: z.int() }),
  z.object({ kind: z.literal('progress'), ...progress }),
  z.object({ kind: z.literal('picture'), picture: LatentPicture }),
]);
export type LatentEvent = z.infer<typeof LatentEvent>;

const ofCase = { runId: Id, fileId: Id, score: ScoreName.nullable() };

/** Computed when they are asked for, until the caller leaves. Refused as 'not-invertible' by detectors that make no images. */
export const latents = {
  /** With the nearest normal image where `otherId` is null; else with one of the screened or of the fitted dataset. */
  mix: call.input(z.object({ ...ofCase, otherId: Id.nullable() })).output(eventIterator(LatentEvent)),
  climb: call.input(z.object(ofCase)).output(eventIterator(LatentEvent)),
};
