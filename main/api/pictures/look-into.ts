import type { Part } from '../../ingest/stored-image.ts';
import { type LatentMessage, glowOf } from '../../jobs/latent-protocol.ts';
import type { Context } from '../context.ts';
import { type KnownModel, loadDetector } from '../models/known-models.ts';
import { ServiceError } from '../service-error.ts';

/** An image to look at, or to mix with. */
export interface LookedAt {
  /** Absolute. */
  readonly path: string;
  readonly part: Part;
  /** Of its `of` tiles the one with the largest score, where that is known. */
  readonly tile: { readonly index: number; readonly of: number } | null;
}

export interface Look {
  readonly image: LookedAt;
  /** The score by which a tile is chosen. */
  readonly score: string;
  /** What to mix it with; null to climb from it. */
  readonly other: LookedAt | null;
}

/** @returns how many scales the model has. @throws ServiceError 'not-invertible' for a detector that makes no images */
export function scalesToSee({ record, settings }: KnownModel): number {
  const glow = glowOf(settings.detector);
  if (glow !== null) return glow.scales;
  throw new ServiceError(
    'not-invertible',
    `"${record.name}" cannot show what it sees: only a Glow can be run backwards, from what it knows of an image to a picture.`,
  );
}

/**
 * Pictures that a Glow makes from what it knows of an image.
 * @throws ServiceError 'not-invertible' | 'interrupted'; StoreError 'missing-weights' | 'corrupt-weights'
 * @throws IngestError when a file cannot be used; EngineError when the device fails; JobError
 */
export async function* lookInto(
  ctx: Context,
  model: KnownModel,
  { image, score, other }: Look,
  signal: AbortSignal,
): AsyncGenerator<Exclude<LatentMessage, { kind: 'stopped' }>, void, undefined> {
  scalesToSee(model);
  const job = {
    detector: loadDetector(ctx, model),
    preparation: model.preparation,
    image,
    score,
    look: other === null ? ({ kind: 'climb' } as const) : ({ kind: 'mix', other } as const),
  };
  for await (const message of ctx.jobs.lookInto(job, signal)) {
    if (message.kind === 'stopped') {
      throw new ServiceError('interrupted', 'The look into the model was stopped; nothing of it is kept.');
    }
    yield message;
  }
}
