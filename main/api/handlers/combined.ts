import type { Combination } from '../../../preload/contract.ts';
import type { App } from '../app.ts';
import { datasetName, modelName } from '../jobs/job-requests.ts';
import { evaluateCombined } from '../ranking/combined-evaluation.ts';
import { combinedRanking } from '../ranking/combined-ranking.ts';
import type { CombineRequest } from '../ranking/combined-scores.ts';
import { comparableModels } from '../ranking/comparable-models.ts';
import { os } from './base.ts';

interface Chosen {
  readonly datasetId: number;
  readonly modelIds: readonly number[];
  readonly combine: Combination;
}

/** Each model's first score, as the window shows it. */
const requestOf = ({ services }: App, { datasetId, modelIds, combine }: Chosen): CombineRequest => ({
  dataset: datasetName(services, datasetId),
  models: modelIds.map((id) => modelName(services, id)),
  combine,
  score: null,
});

export const combinedHandlers = {
  models: os.combined.models.handler(({ context, input }) => comparableModels(context.services, input.runId)),
  ranking: os.combined.ranking.handler(({ context, input }) =>
    combinedRanking(context.services, { ...requestOf(context, input), limit: input.limit, offset: 0 }),
  ),
  evaluation: os.combined.evaluation.handler(async ({ context, input }) => {
    const { unlabelled, scores, warnings } = await evaluateCombined(context.services, {
      ...requestOf(context, input),
      normalLabels: input.normalLabels,
    });
    return { unlabelled, scores: [...scores], warnings: [...warnings] };
  }),
};
