import { z } from 'zod';
import { Id, Interval, Reason, ScoreName, Utc, call } from './common.ts';

const choice = { modelId: Id, score: ScoreName.nullable() };

/** What a threshold would mean. */
export const ThresholdPreview = z.object({
  value: z.number(),
  /** Share of held-out normals above it, with its 95 % interval. */
  falseAlarmRate: z.object({ estimate: z.number(), ...Interval.shape }),
  heldOutCount: z.int(),
  /** Of the screening, where one was named. */
  flagged: z.int().nullable(),
  scored: z.int().nullable(),
  /** The held-out normals are too few to tell the rate from 0. */
  tooFew: z.boolean(),
});
export type ThresholdPreview = z.infer<typeof ThresholdPreview>;

export const ThresholdVersion = z.object({
  version: z.int(),
  score: ScoreName,
  value: z.number(),
  falseAlarmRate: z.number(),
  interval: Interval,
  heldOutCount: z.int(),
  at: Utc,
  who: z.string(),
  reason: z.string(),
});
export type ThresholdVersion = z.infer<typeof ThresholdVersion>;

export const thresholds = {
  /**
   * Histograms on common bins of equal width: `edges` has one number more than there are bins. The first and the last bin
   * also hold what lies beyond them, so that a few extreme scores do not squeeze all others into one bin.
   */
  distribution: call
    .input(z.object({ ...choice, runId: Id.nullable(), bins: z.int().min(5).max(200) }))
    .output(
      z.object({
        score: ScoreName,
        edges: z.array(z.number()),
        heldOut: z.array(z.int()),
        run: z.array(z.int()).nullable(),
        current: ThresholdVersion.nullable(),
      }),
    ),
  preview: call
    .input(
      z.object({
        ...choice,
        runId: Id.nullable(),
        at: z.union([z.object({ value: z.number() }), z.object({ falseAlarmRate: z.number().gt(0).lt(1) })]),
      }),
    )
    .output(ThresholdPreview),
  set: call.input(z.object({ ...choice, value: z.number(), reason: Reason })).output(ThresholdVersion),
  history: call.input(z.object(choice)).output(z.array(ThresholdVersion)),
  /**
   * Where the dataset has labels: how well the score tells them apart. Curves of at most 500 points, figures of all images;
   * the 95 % interval is by bootstrap, of more than 1000 images after DeLong.
   */
  curves: call
    .input(
      z.object({
        runId: Id,
        score: ScoreName.nullable(),
        normalLabels: z.array(z.string().max(500)).min(1).max(1000),
      }),
    )
    .output(
      z.object({
        roc: z.array(z.object({ falsePositiveRate: z.number(), truePositiveRate: z.number() })),
        precisionRecall: z.array(z.object({ recall: z.number(), precision: z.number() })),
        auroc: z.object({ estimate: z.number(), ...Interval.shape }),
        averagePrecision: z.number(),
        normal: z.int(),
        anomalous: z.int(),
      }),
    ),
};
