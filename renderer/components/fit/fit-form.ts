import type { DetectorSummary, Estimate, FitRequest, ModelSummary } from '../../../preload/contract.ts';
import { countText } from '../../format.ts';
import type { FitPlan } from './fit-plan.ts';
import { roughDuration } from './rough-duration.ts';

export type Preset = FitRequest['preset'];

export interface PresetText {
  readonly preset: Preset;
  readonly name: string;
  readonly purpose: string;
}

const TRAINED: readonly PresetText[] = [
  { preset: 'tiny', name: 'Tiny', purpose: 'To see that everything works. Too small to rely on.' },
  { preset: 'quick', name: 'Quick', purpose: 'A first useful model, made for a laptop.' },
  {
    preset: 'balanced',
    name: 'Balanced',
    purpose: 'A better model: long on a processor, short on a small GPU.',
  },
  { preset: 'paper', name: 'Paper', purpose: 'The size that was published. Needs a large GPU.' },
];

const COMPUTED: readonly PresetText[] = [
  { preset: 'tiny', name: 'Tiny', purpose: 'To see that everything works. Too small to rely on.' },
  { preset: 'quick', name: 'Quick', purpose: 'The usual choice.' },
  {
    preset: 'balanced',
    name: 'Balanced',
    purpose: 'Keeps more of the normal images in mind, where it does.',
  },
  { preset: 'paper', name: 'Paper', purpose: 'Keeps as much in mind as was published.' },
];

export function presetTexts(kind: DetectorSummary['kind']): readonly PresetText[] {
  return kind === 'computed' ? COMPUTED : TRAINED;
}

/** "brain", "brain good", "brain good k-nearest", "brain good 2": the first that is not taken. */
export function proposeName(parts: readonly (string | null)[], taken: ReadonlySet<string>): string {
  const stem = parts
    .filter((part) => part !== null && part !== '')
    .join(' ')
    .slice(0, 190);
  if (!taken.has(stem)) return stem;
  let number = 2;
  while (taken.has(`${stem} ${number}`)) number += 1;
  return `${stem} ${number}`;
}

/** A general model's weights fit into a model of the same preset only. */
export function presetAllowed(preset: Preset, general: ModelSummary | null): boolean {
  return general === null || general.preset === preset;
}

/** What will happen, in a sentence or two. Empty before there is a dataset. */
export function planSentence(plan: FitPlan, name: string, estimate: Estimate | null): string {
  const { detector, dataset, label, images: count, general } = plan;
  if (dataset === null) return '';
  const images = countText(count, 'image');
  const which = label === null ? images : `${images} labelled “${label}”`;
  const start =
    detector.kind === 'computed'
      ? ''
      : general === null
        ? ', starting from nothing'
        : `, starting from the weights of “${general.name}”`;
  const steps =
    estimate === null || detector.kind === 'computed' ? '' : `, in ${countText(estimate.steps, 'step')}`;
  const time =
    estimate === null || estimate.seconds === null
      ? ''
      : `, about ${roughDuration(estimate.seconds)} on this machine`;
  return (
    `Fits “${name.trim()}” to the ${which} of “${dataset.name}”${besides(plan)}${start}${steps}${time}. ` +
    'About a tenth of the normal images is held out to check it and to set thresholds.'
  );
}

/** "; on the features of “filter-bank”, against the 12 images of “defects”" */
function besides({ encoder, generalImages, exposure }: FitPlan): string {
  const against = [
    ...(generalImages === null ? [] : [`the general images of “${generalImages.name}”`]),
    ...(exposure === null
      ? []
      : [
          `${countText(exposure.images, 'image')} of “${exposure.dataset.name}”` +
            `${exposure.label === null ? '' : ` labelled “${exposure.label}”`} that ${exposure.images === 1 ? 'stands' : 'stand'} for anomalies`,
        ]),
  ];
  return [
    ...(encoder === null ? [] : [`, by the features of “${encoder.name}”`]),
    ...(against.length === 0 ? [] : [`, against ${against.join(' and ')}`]),
  ].join('');
}
