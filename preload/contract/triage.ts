import { z } from 'zod';
import { Id, Interval, Limit, Note, Offset, Reason, ScoreName, Search, Utc, call, pageOf } from './common.ts';
import { imagePlace } from './image-name.ts';
import { Tail } from './tail.ts';

export const Verdict = z.enum(['flag', 'clear', 'unsure']);
export type Verdict = z.infer<typeof Verdict>;

export const RankFilter = z.object({
  /** Cases with one of these; all where empty. */
  verdicts: z.array(z.enum([...Verdict.options, 'undecided'])).max(4),
  /** Null for both sides; without a threshold no case is on either. */
  aboveThreshold: z.boolean().nullable(),
  /** Part of the path, upper or lower case. */
  search: Search,
  label: z.string().max(500).nullable(),
});
export type RankFilter = z.infer<typeof RankFilter>;

export const RankSort = z.object({
  by: z.enum(['score', 'path', 'label', 'verdict']),
  descending: z.boolean(),
});
export type RankSort = z.infer<typeof RankSort>;

/** A screening's list in an order. The model's first score when null. */
export const RankQuery = z.object({
  runId: Id,
  score: ScoreName.nullable(),
  filter: RankFilter,
  sort: RankSort,
});
export type RankQuery = z.infer<typeof RankQuery>;

export const RankRow = z.object({
  fileId: Id,
  /** From 1, the most anomalous first, whatever the filter. */
  rank: z.int(),
  ...imagePlace,
  label: z.string().nullable(),
  /** Higher is more anomalous. */
  value: z.number(),
  /** Null where the model has no held-out normals. */
  tail: Tail.nullable(),
  /** Null where no threshold is set. */
  aboveThreshold: z.boolean().nullable(),
  verdict: Verdict.nullable(),
  note: z.string().nullable(),
});
export type RankRow = z.infer<typeof RankRow>;

export const Screening = z.object({
  runId: Id,
  modelId: Id,
  model: z.string(),
  datasetId: Id,
  dataset: z.string(),
  status: z.enum(['running', 'interrupted', 'done', 'failed']),
  startedAt: Utc,
  score: ScoreName,
  scores: z.array(ScoreName),
  threshold: z.number().nullable(),
  counts: z.object({
    scored: z.int(),
    failed: z.int(),
    aboveThreshold: z.int().nullable(),
    undecided: z.int(),
    flag: z.int(),
    clear: z.int(),
    unsure: z.int(),
  }),
  labels: z.array(z.string()),
  /** What must be known beside the results: "Screened although …". */
  remarks: z.array(z.string()),
});
export type Screening = z.infer<typeof Screening>;

export const triage = {
  screening: call.input(z.object({ runId: Id, score: ScoreName.nullable() })).output(Screening),
  rows: call.input(RankQuery.extend({ offset: Offset, limit: Limit })).output(pageOf(RankRow)),
  /** Where a case is in the list: null where the filter hides it. */
  position: call.input(RankQuery.extend({ fileId: Id })).output(z.object({ index: z.int().nullable() })),
  failures: call
    .input(z.object({ runId: Id, offset: Offset, limit: Limit }))
    .output(pageOf(z.object({ fileId: Id, ...imagePlace, reason: z.string() }))),
};

export const Decision = z.object({
  id: Id,
  at: Utc,
  who: z.string(),
  verdict: Verdict.nullable(),
  note: z.string().nullable(),
});
export type Decision = z.infer<typeof Decision>;

export const decisions = {
  /** A verdict of null takes the decision back; a note of null leaves the note as it is. */
  set: call
    .input(
      z.object({
        runId: Id,
        fileIds: z.array(Id).min(1).max(5000),
        verdict: Verdict.nullable(),
        note: Note.nullable(),
        reason: Reason.nullable(),
      }),
    )
    .output(z.object({ changed: z.int(), undoId: Id.nullable() })),
  /** Puts back what one `set` changed, as far as nobody has changed it since. */
  undo: call.input(z.object({ undoId: Id })).output(z.object({ changed: z.int() })),
};

export const Case = z.object({
  runId: Id,
  fileId: Id,
  modelId: Id,
  datasetId: Id,
  ...imagePlace,
  label: z.string().nullable(),
  /** Empty, and the sizes 0, where the last scan found that the file cannot be read any more. */
  format: z.string(),
  width: z.int(),
  height: z.int(),
  channels: z.int(),
  bitDepth: z.int(),
  /** The file is no longer what was scored. */
  contentChanged: z.boolean(),
  /** Whether text that identifies the patient is in the pixels, as far as the file says. */
  pixelText: z.enum(['yes', 'possible', 'none']),
  scores: z.array(
    z.object({
      name: ScoreName,
      value: z.number(),
      /** 5 % and 95 % of the held-out normals. */
      normal: Interval.nullable(),
      normalMedian: z.number().nullable(),
      tail: Tail.nullable(),
      threshold: z.number().nullable(),
    }),
  ),
  /** Maps that can be drawn, on the model's fixed scale, nats per pixel. */
  maps: z.array(z.object({ score: ScoreName, low: z.number(), high: z.number() })),
  /** What the maps cover, in pixels of the image; it reaches beyond the edges where the image was padded. */
  mapArea: z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() }),
  rank: z.int(),
  of: z.int(),
  verdict: Verdict.nullable(),
  note: z.string().nullable(),
  /** The images of its series or file in space, in order, this one among them: what one leafs through. */
  stack: z.array(Id),
  history: z.array(Decision),
  /** Values of identifying tags are withheld unless the settings show them. */
  tags: z.array(z.object({ tag: z.string(), name: z.string(), value: z.string() })),
  /**
   * The held-out normals most similar to the model, the nearest first: those whose contributions of each scale lie nearest,
   * in standard deviations of the held-out normals. `value` is their score. Alike to the model is not alike to the eye.
   */
  neighbours: z.array(z.object({ fileId: Id, ...imagePlace, value: z.number() })),
});
export type Case = z.infer<typeof Case>;

export const cases = {
  show: call.input(z.object({ runId: Id, fileId: Id, score: ScoreName.nullable() })).output(Case),
};
