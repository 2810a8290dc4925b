import { type IntensityForm, intensityForm } from './intensity-form.ts';
import { type PreparationForm, preparationForm } from './preparation-form.ts';

/**
 * What is filled in for a new fit, found again when one comes back. What a detector has no use for stays filled in: {@link fitPlan} leaves it
 * out. Plain values, as they are saved: fitPlan looks them up.
 */
export interface FitDraft {
  datasetId: number | null;
  /** All images when null. */
  label: string | null;
  /** The first that is offered when null, as with the encoder. */
  detector: string | null;
  encoder: string | null;
  generalModelId: number | null;
  generalDatasetId: number | null;
  exposureDatasetId: number | null;
  /** All of them, or of the dataset that is fitted those of other labels, when null. */
  exposureLabel: string | null;
  /** All of these when null. */
  exposureImages: number | null;
  preset: string;
  name: string;
  /** What was proposed last: a name that the user typed is left alone. */
  proposedName: string;
  seed: number;
  /** The preset's number when null. */
  steps: number | null;
  flipHorizontally: boolean;
  softened: boolean;
  preparation: PreparationForm;
  intensity: IntensityForm;
}

export function fitDraft(): FitDraft {
  return {
    datasetId: null,
    label: null,
    detector: null,
    encoder: null,
    generalModelId: null,
    generalDatasetId: null,
    exposureDatasetId: null,
    exposureLabel: null,
    exposureImages: null,
    preset: 'quick',
    name: '',
    proposedName: '',
    seed: 1,
    steps: null,
    flipHorizontally: true,
    softened: false,
    preparation: preparationForm(),
    intensity: intensityForm(),
  };
}
