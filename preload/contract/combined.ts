import { z } from 'zod';
import { Id, Interval, Limit, ScoreName, call } from './common.ts';
import { imagePlace } from './image-name.ts';
import { Tail } from './tail.ts';
import { Verdict } from './triage.ts';

/**
 * How scores of several models become one. `tail`: by how rarely normals score as high under each, for different detectors;
 * `mean`: the mean of the scores in deviations from the held-out normals, for one detector that was fitted with several seeds.
 */
export const COMBINATIONS = ['tail', 'mean'] as const;
export const Combination = z.enum(COMBINATIONS);
export type Combination = z.infer<typeof Combination>;

/** A model with its newest screening of the dataset. */
const Member = z.object({ model: z.string(), runId: Id, score: ScoreName });

export const CombinedImage = z.object({
  /** From 1, the most anomalous first. */
  rank: z.int(),
  fileId: Id,
  ...imagePlace,
  label: z.string().nullable(),
  /** Higher is more anomalous; without a unit. */
  value: z.number(),
  /** How rarely normals have a combined score as high. */
  tail: Tail.nullable(),
  /** Each model's own score, in their order. */
  own: z.array(z.number()),
  /** What was decided in each model's screening, in their order. */
  verdicts: z.array(Verdict.nullable()),
  /** The file is no longer what one of the models scored. */
  contentChanged: z.boolean(),
});
export type CombinedImage = z.infer<typeof CombinedImage>;

export const CombinedRanking = z.object({
  dataset: z.string(),
  combine: Combination,
  models: z.array(Member),
  /** That the tails are counted on: held out by every model. */
  heldOutNormals: z.int(),
  /** Images that every model has scored. */
  total: z.int(),
  images: z.array(CombinedImage),
  /** What must be known beside the results, each a sentence. */
  remarks: z.array(z.string()),
});
export type CombinedRanking = z.infer<typeof CombinedRanking>;

export const ComparableModel = Member.extend({
  modelId: Id,
  detectorId: z.string(),
  detector: z.string(),
  /** Why it cannot be combined with the screening that was asked for, as a sentence; null where it can. */
  refusal: z.string().nullable(),
});
export type ComparableModel = z.infer<typeof ComparableModel>;

/** The combination first, then each model, all on the images that every model has scored. */
const CombinedAurocs = z.object({
  unlabelled: z.int(),
  scores: z.array(
    z.object({
      score: z.string(),
      normal: z.int(),
      anomalous: z.int(),
      auroc: z.number(),
      /** 95 %, by bootstrap over images, of more than 1000 of them after DeLong. */
      interval: Interval,
    }),
  ),
  warnings: z.array(z.string()),
});

const chosen = { datasetId: Id, modelIds: z.array(Id).min(2).max(50), combine: Combination };

/** Several models that screened the same dataset, as one. */
export const combined = {
  /** The models that screened the same dataset as this run, its own first. */
  models: call
    .input(z.object({ runId: Id }))
    .output(z.object({ datasetId: Id, dataset: z.string(), models: z.array(ComparableModel) })),
  ranking: call.input(z.object({ ...chosen, limit: Limit })).output(CombinedRanking),
  /** Where the dataset has labels: how well all together and each alone tell them apart. */
  evaluation: call
    .input(z.object({ ...chosen, normalLabels: z.array(z.string().max(500)).min(1).max(1000) }))
    .output(CombinedAurocs),
};
