import {
  type DatasetSummary,
  type DetectorSummary,
  type EncoderSummary,
  type Exposure,
  type FitRequest,
  type Intensity,
  type ModelSummary,
  type Need,
  PresetName,
} from '../../../preload/contract.ts';
import type { FitDraft } from './fit-draft.ts';
import { preparationOf } from './preparation-form.ts';

/** What there is to choose from. */
export interface FitLists {
  readonly detectors: readonly DetectorSummary[];
  readonly datasets: readonly DatasetSummary[];
  readonly models: readonly ModelSummary[];
  readonly encoders: readonly EncoderSummary[];
}

export interface ExposureChoice {
  readonly dataset: DatasetSummary;
  readonly label: string | null;
  /** Images that there are. */
  readonly images: number;
  /** So many of them are learned from; all where it is null. */
  readonly drawn: number | null;
}

/** What a draft comes to with a detector: only what that detector can use and what there is. */
export interface FitPlan {
  readonly detector: DetectorSummary;
  readonly dataset: DatasetSummary | null;
  readonly label: string | null;
  /** Normal images. */
  readonly images: number;
  readonly general: ModelSummary | null;
  readonly generalImages: DatasetSummary | null;
  readonly exposure: ExposureChoice | null;
  readonly encoder: EncoderSummary | null;
  readonly preset: FitRequest['preset'];
  readonly steps: number | null;
  readonly softened: boolean;
  readonly preparation: FitRequest['preparation'];
}

/** Null where no detector is offered. */
export function fitPlan(draft: FitDraft, lists: FitLists): FitPlan | null {
  const { detectors, datasets, encoders } = lists;
  const detector = detectors.find(({ id }) => id === draft.detector) ?? detectors[0];
  if (detector === undefined) return null;
  const { needs } = detector;
  const dataset = datasets.find(({ id }) => id === draft.datasetId) ?? null;
  const labels = new Set(dataset?.labels.map(({ label }) => label));
  // Kinds of normal images are told by their labels: there one label is not enough.
  const label = needs.classes === 'none' && labels.has(draft.label) ? draft.label : null;
  const general = generalModelsFor(detector, lists.models).find(({ id }) => id === draft.generalModelId);
  const generalImages =
    needs.general === 'none' ? null : (datasets.find(({ id }) => id === draft.generalDatasetId) ?? null);
  const [usual] = encoders;
  return {
    detector,
    dataset,
    label,
    images: dataset === null ? 0 : imagesFor(dataset, label),
    general: general ?? null,
    generalImages,
    exposure: needs.exposure === 'none' ? null : exposureOf(draft, { dataset, label, datasets, needs }),
    encoder:
      needs.encoder === 'none'
        ? null
        : (encoders.find(({ name }) => name === draft.encoder) ?? usual ?? null),
    preset: general?.preset ?? PresetName.safeParse(draft.preset).data ?? 'quick',
    steps: detector.kind === 'computed' ? null : draft.steps,
    softened: draft.softened && canSoften(detector, general ?? null, generalImages),
    preparation: general === undefined ? preparationOf(draft.preparation) : null,
  };
}

/** Whether it may become a general model of the likelihood of pixels, which is better where it knows softened copies. */
export function canSoften(
  { unit }: DetectorSummary,
  general: ModelSummary | null,
  generalImages: DatasetSummary | null,
): boolean {
  return unit === 'bits-per-dimension' && general === null && generalImages === null;
}

/** Models that it can start from and be compared with. */
export function generalModelsFor(
  { needs, generalModelOf }: DetectorSummary,
  models: readonly ModelSummary[],
): ModelSummary[] {
  return needs.generalModel === 'none' ? [] : models.filter(({ detector }) => detector === generalModelOf);
}

/** Where they are needed and nothing is chosen, the other labels of the dataset itself: the usual case. */
function exposureOf(
  { exposureDatasetId, exposureLabel, exposureImages }: FitDraft,
  {
    dataset,
    label,
    datasets,
    needs,
  }: {
    readonly dataset: DatasetSummary | null;
    readonly label: string | null;
    readonly datasets: readonly DatasetSummary[];
    readonly needs: DetectorSummary['needs'];
  },
): ExposureChoice | null {
  const chosen = datasets.find(({ id }) => id === exposureDatasetId);
  const usual = needs.exposure === 'required' && label !== null ? dataset : null;
  const from = chosen ?? usual;
  if (from === null) return null;
  const own = from.id === dataset?.id;
  if (own && label === null) return null;
  const known = from.labels.some((each) => each.label !== null && each.label === exposureLabel);
  const of = known && !(own && exposureLabel === label) ? exposureLabel : null;
  const images =
    of === null && own
      ? from.labels.reduce(
          (sum, each) => (each.label === null || each.label === label ? sum : sum + each.count),
          0,
        )
      : imagesFor(from, of);
  const drawn = exposureImages !== null && exposureImages < images ? exposureImages : null;
  return { dataset: from, label: of, images, drawn };
}

/** How many readable images of a label a dataset has, of all of them where it is null. */
export function imagesFor({ counts, labels }: DatasetSummary, label: string | null): number {
  if (label === null) return counts.readable;
  return labels.find((each) => each.label === label)?.count ?? 0;
}

/** What is still missing, one sentence; null where the fit can begin. */
export function missing(
  plan: FitPlan,
  name: string,
  { models, datasets }: Pick<FitLists, 'models' | 'datasets'>,
): string | null {
  const { detector, dataset, label, images, exposure } = plan;
  const { needs } = detector;
  if (dataset === null) return 'Choose a dataset of normal images.';
  if (images === 0) return `“${dataset.name}” has no image that can be read: choose another dataset.`;
  const labels = dataset.labels.filter((each) => each.label !== null);
  if (needs.classes === 'required' && labels.length < 2) {
    return `${detector.title} tells kinds of normal images apart by their labels: choose a dataset with two or more.`;
  }
  const isRequired = (need: Need) => need === 'required';
  if (isRequired(needs.encoder) && plan.encoder === null) return 'Choose an encoder.';
  if (isRequired(needs.generalModel) && plan.general === null) return 'Choose a general model.';
  if (isRequired(needs.general) && plan.generalImages === null) return 'Choose a dataset of general images.';
  if (isRequired(needs.exposure) && exposure === null) {
    return label === null && labels.length > 1
      ? 'Choose the label of the normal images; those of its other labels can stand for anomalies.'
      : 'Choose the dataset of the images that stand for anomalies.';
  }
  if (exposure !== null && exposure.images === 0) {
    return `“${exposure.dataset.name}” has no other images that could stand for anomalies: choose another dataset.`;
  }
  if (needs.general === 'one-of' && plan.generalImages === null && exposure === null) {
    return datasets.length < 2 && labels.length < 2
      ? 'Add a dataset of general images, or of images that stand for anomalies: one of the two is needed.'
      : 'Choose general images or images that stand for anomalies: one of the two is needed.';
  }
  if (name.trim() === '') return 'Give the model a name.';
  return models.some((model) => model.name === name.trim())
    ? 'A model of this name exists: choose another name.'
    : null;
}

/** What an estimate is asked for. Null before there is a dataset. */
export function estimateQuestion(plan: FitPlan) {
  const { detector, dataset, general, generalImages, exposure, encoder, steps, preparation } = plan;
  if (dataset === null) return null;
  return {
    datasetId: dataset.id,
    detector: detector.id,
    encoder: encoder?.name ?? null,
    generalModelId: general?.id ?? null,
    generalDatasetId: generalImages?.id ?? null,
    exposure: exposureRequest(exposure),
    steps,
    preparation,
  };
}

/** Null while something is missing. */
export function fitRequest(
  plan: FitPlan,
  { name, seed, flipHorizontally }: Pick<FitDraft, 'name' | 'seed' | 'flipHorizontally'>,
  intensity: Intensity | null,
): FitRequest | null {
  const question = estimateQuestion(plan);
  if (question === null || name.trim() === '') return null;
  const { preset, label, softened } = plan;
  return { ...question, preset, label, name: name.trim(), seed, flipHorizontally, softened, intensity };
}

function exposureRequest(exposure: ExposureChoice | null): Exposure | null {
  return exposure && { datasetId: exposure.dataset.id, label: exposure.label, images: exposure.drawn };
}
