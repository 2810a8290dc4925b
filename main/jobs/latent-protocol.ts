/** What a look into a model is asked for, and what it tells: plain data, as it passes between processes. */
import { z } from 'zod';
import type { GlowSettings } from '../../models/detectors/glow/parameters.ts';
import { Preparation } from '../ingest/preparation-settings.ts';
import { PLANES } from '../ingest/stored-image.ts';
import { detector } from './detector.ts';
import type { DetectorChoice } from './known-detectors.ts';
import { glowFit } from './settings-schemas.ts';

const imageFile = z.object({
  path: z.string(),
  part: z.object({ frame: z.int(), plane: z.enum(PLANES).nullable() }),
  /** Of its `of` tiles the one to look at, where that is known; it is found out where they are not that many. */
  tile: z.object({ index: z.int(), of: z.int() }).nullable(),
});

/** Of a Glow; see latent-looks.ts of the models for what there is to see. */
export const latentJob = z.object({
  detector,
  preparation: Preparation,
  image: imageFile,
  /** Of an image that is cut into tiles the one is taken whose score of this name is largest. */
  score: z.string(),
  look: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('mix'), other: imageFile }),
    z.object({ kind: z.literal('climb') }),
  ]),
});
export type LatentJob = z.infer<typeof latentJob>;

const side = z.enum(['own', 'other']);
const progress = { done: z.int(), total: z.int() };
const share = z.number().min(0).max(1);

const picture = z.object({
  of: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('original'), side }),
    z.object({ kind: z.literal('mix'), side, scale: z.int() }),
    z.object({ kind: z.literal('climb'), step: z.int() }),
  ]),
  image: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('shown'), pixels: z.instanceof(Uint8Array<ArrayBufferLike>), outside: share }),
    z.object({ kind: z.literal('out-of-range'), outside: share }),
    z.object({ kind: z.literal('not-finite') }),
  ]),
  bitsPerDimension: z.number().nullable(),
});

export const latentMessage = z.discriminatedUnion('kind', [
  /** Tiles are scored, to find the one to look at. */
  z.object({ kind: z.literal('choosing-tile'), ...progress }),
  /** The tile that was taken, from 0; where in the scaled image it lies. */
  z.object({
    kind: z.literal('tile'),
    side,
    index: z.int(),
    count: z.int(),
    x: z.number(),
    y: z.number(),
  }),
  z.object({ kind: z.literal('step'), ...progress, picture: picture.nullable() }),
  z.object({ kind: z.literal('stopped') }),
]);
export type LatentMessage = z.infer<typeof latentMessage>;

/** The network of a detector that can be looked into; null for any other. */
export function glowOf({ id, settings }: DetectorChoice): GlowSettings | null {
  if (id !== 'glow') return null;
  const parsed = glowFit.safeParse(settings);
  return parsed.success ? parsed.data.glow : null;
}
