import type { LabelledValue } from '../../store/scores.ts';
import type { Context } from '../context.ts';
import { type Auroc, aurocOf } from './auroc-of.ts';
import { fittedAlikeNotice } from '../duplicates/fitted-alike.ts';
import { type RunChoice, findScreenRun } from '../screening/screen-runs.ts';
import { ServiceError } from '../service-error.ts';

export type EvaluateRequest = RunChoice & {
  /** Labels of normal images; all other labels are anomalies. */
  readonly normalLabels: readonly string[];
};

export interface ScoreEvaluation {
  readonly score: string;
  readonly normal: number;
  readonly anomalous: number;
  readonly auroc: number;
  readonly interval: Auroc['interval'];
}

export interface Evaluation {
  readonly runId: number;
  readonly model: string;
  readonly dataset: string;
  readonly normalLabels: readonly string[];
  readonly anomalousLabels: readonly string[];
  /** Images without a label, left out. */
  readonly unlabelled: number;
  readonly scores: readonly ScoreEvaluation[];
  /** Sentences for the user: why the figures may be better than for new images. */
  readonly warnings: readonly string[];
}

/**
 * How well each score of a screening tells labelled anomalies from normals.
 * @throws ServiceError 'no-labels' | 'unknown-label' | 'no-scores' and as {@link findScreenRun}
 */
export async function evaluate(ctx: Context, request: EvaluateRequest): Promise<Evaluation> {
  const { run, model, dataset } = findScreenRun(ctx, request);
  const normalLabels = [...new Set(request.normalLabels)];
  const known = ctx.store.files
    .countsByLabel(dataset.id)
    .flatMap(({ label }) => (label === null ? [] : [label]));
  const labels = checkLabels(known, dataset.name, normalLabels);
  let unlabelled = 0;
  const scores = model.scores.map((score): ScoreEvaluation => {
    const values = ctx.store.scores.values(run.id, score);
    unlabelled = values.filter(({ label }) => label === null).length;
    return evaluateScore(score, values, normalLabels, dataset.name);
  });
  const warning = await fittedAlikeNotice(ctx, model, dataset);
  return {
    runId: run.id,
    model: model.record.name,
    dataset: dataset.name,
    normalLabels,
    anomalousLabels: labels.filter((label) => !normalLabels.includes(label)),
    unlabelled,
    scores,
    warnings: warning === null ? [] : [warning],
  };
}

/**
 * The labels of a dataset, some of which are normal and some not.
 * @throws ServiceError 'no-labels' | 'unknown-label'
 */
export function checkLabels(
  labels: readonly string[],
  name: string,
  normalLabels: readonly string[],
): readonly string[] {
  if (labels.length === 0) {
    throw new ServiceError(
      'no-labels',
      `The images of "${name}" have no labels to compare with; add its folder with labels from subfolders, under another name.`,
    );
  }
  const list = labels.map((label) => `"${label}"`).join(', ');
  const unknown = normalLabels.find((label) => !labels.includes(label));
  if (unknown !== undefined) {
    throw new ServiceError(
      'unknown-label',
      `No image of "${name}" has the label "${unknown}"; choose from ${list}.`,
    );
  }
  if (normalLabels.length === 0 || labels.every((label) => normalLabels.includes(label))) {
    throw new ServiceError(
      'no-labels',
      `To compare, some labels of "${name}" must be normal and some not; choose the normal ones from ${list}.`,
    );
  }
  return labels;
}

/** Of labelled images; those without a label do not count. @throws ServiceError 'no-scores' */
export function evaluateScore(
  score: string,
  values: readonly LabelledValue[],
  normalLabels: readonly string[],
  dataset: string,
): ScoreEvaluation {
  const normal: number[] = [];
  const anomalous: number[] = [];
  for (const { label, value } of values) {
    if (label !== null) (normalLabels.includes(label) ? normal : anomalous).push(value);
  }
  checkBothScored({ normal, anomalous }, score, dataset);
  const { estimate, interval } = aurocOf(normal, anomalous);
  return { score, normal: normal.length, anomalous: anomalous.length, auroc: estimate, interval };
}

/** @throws ServiceError 'no-scores' where one of the two is empty */
export function checkBothScored(
  { normal, anomalous }: Readonly<Record<'normal' | 'anomalous', readonly number[]>>,
  score: string,
  dataset: string,
): void {
  const missing = normal.length === 0 ? 'normal' : anomalous.length === 0 ? 'anomalous' : null;
  if (missing === null) return;
  throw new ServiceError(
    'no-scores',
    `No ${missing} image of "${dataset}" has the score ${score} yet; finish its screening first.`,
  );
}
