import { auroc } from '../../models/scoring/metrics.ts';
import type { Evaluation, ScoreEvaluation } from '../api/ranking/evaluate.ts';
import { lossText } from '../api/fit/loss-text.ts';
import type { FittedModel } from '../api/fit/fit.ts';
import type { RankedImage } from '../api/ranking/rank.ts';
import { aurocTable } from './evaluate.ts';
import { NOTICE } from './notice.ts';
import { rankedTable } from './rank.ts';
import { countText, durationText } from './terminal/numbers.ts';
import { bold } from './terminal/terminal.ts';

/** AUROC of the ranking score between the normal label and one anomalous label alone. */
export interface LabelAuroc {
  readonly label: string;
  readonly images: number;
  readonly auroc: number;
}

/** Everything that the demo has found out. */
export interface DemoResult {
  readonly models: readonly FittedModel[];
  readonly evaluation: Evaluation;
  readonly score: string;
  readonly byLabel: readonly LabelAuroc[];
  readonly most: readonly RankedImage[];
  readonly least: readonly RankedImage[];
  /** Absolute paths. */
  readonly pictures: readonly string[];
  /** The data folder; null where it goes when the demo ends. */
  readonly home: string | null;
  readonly seconds: number;
}

/** Each anomalous label of the ranked images on its own, the hardest first. */
export function aurocByLabel(images: readonly RankedImage[], normalLabel: string): LabelAuroc[] {
  const values = new Map<string, number[]>();
  for (const { label, value } of images) {
    if (label !== null) values.set(label, [...(values.get(label) ?? []), value]);
  }
  const normal = values.get(normalLabel) ?? [];
  values.delete(normalLabel);
  return [...values]
    .map(([label, anomalous]) => ({ label, images: anomalous.length, auroc: auroc(normal, anomalous) }))
    .sort((a, b) => a.auroc - b.auroc);
}

const WHAT_IT_IS = `This is modality detection, not tumour detection: a detector was fitted to the FLAIR slices of one patient, and T1, T1c
and T2 slices of another patient are the anomalies. With one patient on each side it shows that everything works, not
that a detector generalises. ${NOTICE}`;

export function demoText(result: DemoResult, top: number): string {
  const { evaluation, score, most, least, pictures, home, seconds, models } = result;
  const [first] = evaluation.scores;
  const n =
    first === undefined
      ? ''
      : ` (${countText(first.normal, 'normal image')}, ${countText(first.anomalous, 'anomalous one')})`;
  return [
    WHAT_IT_IS,
    `${bold(`The ${Math.min(top, most.length)} most anomalous images by ${score}`)}\n${rankedTable(most)}`,
    `${bold(`The ${least.length} least anomalous`)}\n${rankedTable(least)}`,
    `${bold(`How well each score finds the other modalities${n}`)}\n${aurocTable(evaluation.scores)}`,
    honestText(result),
    `${bold('Where they are odd')}\n${pictures.join('\n')}`,
    `Two models (${models.map(({ heldOutLoss, unit }) => lossText(heldOutLoss, unit, 2)).join(' and ')} on held-out images), ` +
      `${durationText(seconds)} in all. ` +
      (home === null
        ? 'Run it with --home <folder> to keep the models and go on with them.'
        : `The models are in ${home}.`),
  ].join('\n\n');
}

/** An AUROC below it is of little use: three in ten comparisons come out wrong. */
const POOR = 0.7;

/** What to make of the numbers, also where they are poor. */
function honestText({ evaluation, byLabel, score }: DemoResult): string {
  const wrong = evaluation.scores.filter(({ interval }) => interval.high < 0.5);
  const nothing = evaluation.scores.filter(({ interval }) => interval.low <= 0.5 && interval.high >= 0.5);
  const poor = byLabel.filter(({ auroc: value }) => value < POOR).map(({ label }) => label);
  const lines = [
    `AUROC 1 tells every anomaly from every normal image, 0.5 tells nothing, below 0.5 is the wrong way round. The`,
    `intervals resample images; they know nothing of how few patients there are.`,
    ...(wrong.length === 0 ? [] : [`The wrong way round here: ${names(wrong)}.`]),
    ...(nothing.length === 0 ? [] : [`No better than chance here: ${names(nothing)}.`]),
    `AUROC by ${score}, one modality at a time: ${each(byLabel)}.${poor.length === 0 ? '' : ` Poorly found: ${poor.join(', ')}.`}`,
    `These models are the smallest there are, fitted briefly, so that the demo is short.`,
  ];
  return lines.join('\n');
}

function each(labels: readonly LabelAuroc[]): string {
  return labels.map(({ label, auroc: value }) => `${label} ${value.toFixed(3)}`).join(', ');
}

function names(scores: readonly ScoreEvaluation[]): string {
  return scores.map(({ score }) => score).join(', ');
}
