import type { Combination, CombinedRanking } from '../../../preload/contract.ts';
import { type CombineRequest, combinedScores } from './combined-scores.ts';
import { leftOutRemark, namedMembers } from './combined-ranking.ts';
import type { Context } from '../context.ts';
import { fittedAlikeNotice } from '../duplicates/fitted-alike.ts';
import { type Evaluation, checkLabels, evaluateScore } from './evaluate.ts';

export interface CombinedEvaluateRequest extends CombineRequest {
  /** Labels of normal images; all other labels are anomalies. */
  readonly normalLabels: readonly string[];
}

/** The combination first, then each model, all on the images that every model has scored. */
export interface CombinedEvaluation extends Omit<Evaluation, 'runId' | 'model'> {
  readonly combine: Combination;
  readonly models: CombinedRanking['models'];
}

/**
 * How well several models together tell labelled anomalies from normals, beside each alone.
 * @throws ServiceError 'no-labels' | 'unknown-label', and as {@link combinedScores}
 */
export async function evaluateCombined(
  ctx: Context,
  request: CombinedEvaluateRequest,
): Promise<CombinedEvaluation> {
  const { dataset, members, images, leftOut } = combinedScores(ctx, request);
  const normalLabels = [...new Set(request.normalLabels)];
  const known = ctx.store.files
    .countsByLabel(dataset.id)
    .flatMap(({ label }) => (label === null ? [] : [label]));
  const labels = checkLabels(known, dataset.name, normalLabels);
  const models = namedMembers(members);
  const evaluated = (name: string, valueOf: (image: (typeof images)[number]) => number) =>
    evaluateScore(
      name,
      images.map((image) => ({ fileId: image.fileId, label: image.label, value: valueOf(image) })),
      normalLabels,
      dataset.name,
    );
  const warnings: string[] = [];
  for (const { model } of members) {
    const warning = await fittedAlikeNotice(ctx, model, dataset);
    if (warning !== null) warnings.push(warning);
  }
  return {
    combine: request.combine,
    models,
    dataset: dataset.name,
    normalLabels,
    anomalousLabels: labels.filter((label) => !normalLabels.includes(label)),
    unlabelled: images.filter(({ label }) => label === null).length,
    scores: [
      evaluated('combined', ({ value }) => value),
      ...models.map(({ model, score }, index) =>
        evaluated(`${model}: ${score}`, ({ own }) => own[index] ?? NaN),
      ),
    ],
    warnings: [...leftOutRemark(leftOut), ...warnings],
  };
}
