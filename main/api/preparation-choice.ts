import { Preparation } from '../ingest/preparation-settings.ts';
import type { Context } from './context.ts';
import { findDataset } from './datasets.ts';

export const FITS = ['resize', 'crop', 'pad', 'tile'] as const;

/** What a person has said of the preparation; the rest is chosen. */
export interface PreparationChoices {
  readonly size?: number | undefined;
  readonly grey?: boolean | undefined;
  readonly colour?: boolean | undefined;
  readonly fitMode?: (typeof FITS)[number] | undefined;
  /** The general model's name. */
  readonly general?: string | undefined;
}

const DEFAULT_SIDE = 64;

/** What is small is seen whole in at least one tile if it is no larger than a quarter of one. */
const TILE_OVERLAP = 1 / 4;

/**
 * How images are prepared: as told; else as the general model's images were, since only the same can be compared;
 * else small, and in colour where any image has colours.
 * @throws ServiceError 'unknown-dataset'
 */
export function choosePreparation(
  context: Context,
  dataset: string,
  choices: PreparationChoices,
): Preparation {
  const general = ofModel(context, choices.general);
  const size = choices.size ?? general?.height ?? DEFAULT_SIDE;
  const channels = channelsOf(choices) ?? general?.channels ?? channelsOfImages(context, dataset);
  const fit = choices.fitMode ?? general?.fit ?? 'resize';
  const width = choices.size ?? general?.width ?? DEFAULT_SIDE;
  const sides = { height: size, width, channels };
  if (fit !== 'tile') return { fit, ...sides };
  const overlap = general?.fit === 'tile' ? general.overlap : Math.min(size, width) * TILE_OVERLAP;
  return { fit, ...sides, overlap };
}

function channelsOf({ grey, colour }: PreparationChoices): 1 | 3 | undefined {
  if (grey === true) return 1;
  return colour === true ? 3 : undefined;
}

/** Undefined where there is no such model: the service that is asked to start from it says so. */
function ofModel(context: Context, name: string | undefined): Preparation | undefined {
  const model = name === undefined ? undefined : context.store.models.find(name);
  return model === undefined ? undefined : Preparation.parse(model.preparation);
}

function channelsOfImages(context: Context, dataset: string): 1 | 3 {
  const { id } = findDataset(context, dataset);
  for (const { channels } of context.store.files.readable(id)) if (channels > 1) return 3;
  return 1;
}
