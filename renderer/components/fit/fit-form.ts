import type { DatasetSummary, FitRequest, ModelSummary } from '../../../preload/contract.ts';
import { countText } from '../../format.ts';
import { roughDuration } from './rough-duration.ts';

export type Preset = FitRequest['preset'];

export interface PresetText {
  readonly preset: Preset;
  readonly name: string;
  readonly purpose: string;
}

export const PRESETS: readonly PresetText[] = [
  { preset: 'tiny', name: 'Tiny', purpose: 'To see that everything works. Too small to rely on.' },
  { preset: 'quick', name: 'Quick', purpose: 'A first useful model, made for a laptop.' },
  {
    preset: 'balanced',
    name: 'Balanced',
    purpose: 'A better model: long on a processor, short on a small GPU.',
  },
  { preset: 'paper', name: 'Paper', purpose: 'The size that was published. Needs a large GPU.' },
];

/** What is filled in, before it is a request. */
export type FitForm = Omit<FitRequest, 'datasetId'> & { datasetId: number | null };

/** Null while something is missing. */
export function fitRequest(form: FitForm): FitRequest | null {
  const { datasetId } = form;
  const name = form.name.trim();
  if (datasetId === null || name === '') return null;
  return { ...form, datasetId, name };
}

/** "brain", "brain good", "brain good 2": the first that is not taken. */
export function proposeName(dataset: string, label: string | null, taken: ReadonlySet<string>): string {
  const stem = [dataset, label]
    .filter((part) => part !== null && part !== '')
    .join(' ')
    .slice(0, 190);
  if (!taken.has(stem)) return stem;
  let number = 2;
  while (taken.has(`${stem} ${number}`)) number += 1;
  return `${stem} ${number}`;
}

/** How many readable images a fit would use. */
export function imagesFor({ counts, labels }: DatasetSummary, label: string | null): number {
  if (label === null) return counts.readable;
  return labels.find((each) => each.label === label)?.count ?? 0;
}

/** A general model's weights fit into a model of the same preset only. */
export function presetAllowed(preset: Preset, general: ModelSummary | null): boolean {
  return general === null || general.preset === preset;
}

export interface Estimate {
  readonly steps: number;
  readonly seconds: number | null;
  readonly basis: string;
}

/** What will happen, in a sentence. */
export function planSentence(plan: {
  readonly name: string;
  readonly dataset: DatasetSummary;
  readonly label: string | null;
  readonly general: ModelSummary | null;
  readonly estimate: Estimate | null;
}): string {
  const { dataset, label, general, estimate } = plan;
  const images = countText(imagesFor(dataset, label), 'image');
  const which = label === null ? images : `${images} labelled “${label}”`;
  const start = general === null ? 'from nothing' : `from the weights of “${general.name}”`;
  const steps = estimate === null ? '' : `, in ${countText(estimate.steps, 'step')}`;
  const time =
    estimate?.seconds === null || estimate === null
      ? ''
      : `, about ${roughDuration(estimate.seconds)} on this machine`;
  return (
    `Fits “${plan.name.trim()}” to the ${which} of “${dataset.name}”, starting ${start}${steps}${time}. ` +
    'About a tenth of the images is held out to check it and to set thresholds.'
  );
}
