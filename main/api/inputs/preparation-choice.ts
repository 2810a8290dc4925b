import { AS_THE_FILE_SAYS, type Intensity } from '../../ingest/intensity-settings.ts';
import { Preparation } from '../../ingest/preparation-settings.ts';
import type { ImageKind } from '../../store/file-records.ts';
import type { Context } from '../context.ts';
import { findDataset } from '../datasets/datasets.ts';
import { type IntensityChoice, intensityFor } from './intensity-choice.ts';

export const FITS = ['resize', 'crop', 'pad', 'tile'] as const;

/** What a person has said of the preparation; the rest is chosen. */
export interface PreparationChoices {
  readonly size?: number | undefined;
  readonly grey?: boolean | undefined;
  readonly colour?: boolean | undefined;
  readonly fitMode?: (typeof FITS)[number] | undefined;
  readonly intensity?: Intensity | undefined;
  /** The general model's name. */
  readonly general?: string | undefined;
  /** Of the images that are fitted on; all where absent. */
  readonly label?: string | null | undefined;
}

const DEFAULT_SIDE = 64;

/** What is small is seen whole in at least one tile if it is no larger than a quarter of one. */
const TILE_OVERLAP = 1 / 4;

/**
 * How images are prepared: as told; else as the general model's images were, since only the same can be compared;
 * else small, in colour where any image has colours, and with the intensity that suits them.
 * @throws ServiceError 'unknown-dataset'
 */
export function choosePreparation(
  context: Context,
  dataset: string,
  choices: PreparationChoices,
): Preparation {
  const general = ofModel(context, choices.general);
  const kinds = kindsOf(context, dataset, choices);
  const size = choices.size ?? general?.height ?? DEFAULT_SIDE;
  const channels =
    channelsOf(choices) ?? general?.channels ?? (kinds.some((kind) => kind.channels > 1) ? 3 : 1);
  const fit = choices.fitMode ?? general?.fit ?? 'resize';
  const width = choices.size ?? general?.width ?? DEFAULT_SIDE;
  const { intensity } = chooseIntensity(context, dataset, choices);
  const common = { height: size, width, channels, intensity };
  if (fit !== 'tile') return { fit, ...common };
  const overlap = general?.fit === 'tile' ? general.overlap : Math.min(size, width) * TILE_OVERLAP;
  return { fit, ...common, overlap };
}

/** The intensity alone, and why it is that. @throws ServiceError 'unknown-dataset' */
export function chooseIntensity(
  context: Context,
  dataset: string,
  choices: PreparationChoices,
): IntensityChoice {
  if (choices.intensity !== undefined) return { intensity: choices.intensity, why: 'As you have chosen.' };
  const general = ofModel(context, choices.general);
  if (general === undefined) return intensityFor(kindsOf(context, dataset, choices));
  return {
    intensity: general.intensity ?? AS_THE_FILE_SAYS,
    why: `As for the general model "${choices.general ?? ''}": only images prepared the same can be compared.`,
  };
}

function kindsOf(context: Context, dataset: string, { label }: PreparationChoices): ImageKind[] {
  return context.store.files.kinds(findDataset(context, dataset).id, label ?? null);
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
