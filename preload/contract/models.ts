import { z } from 'zod';
import { Empty, Id, Interval, Reason, Utc, call } from './common.ts';
import { LossUnit } from './detectors.ts';
import { PresetName } from './jobs.ts';

export const ModelSummary = z.object({
  id: Id,
  name: z.string(),
  /** Its id. */
  detector: z.string(),
  detectorTitle: z.string(),
  /** Whether it can be run backwards, from what it knows of an image to a picture. */
  invertible: z.boolean(),
  preset: PresetName,
  datasetId: Id.nullable(),
  dataset: z.string(),
  generalModelId: Id.nullable(),
  general: z.string().nullable(),
  /** "natural images", "parts, label scratch"; null where it was fitted without. */
  generalImages: z.string().nullable(),
  exposure: z.string().nullable(),
  /** The encoder's name. */
  encoder: z.string().nullable(),
  seed: z.int(),
  device: z.string(),
  createdAt: Utc,
  /** Lower is better; null for what is computed. */
  heldOutLoss: z.number().nullable(),
  unit: LossUnit.nullable(),
  images: z.int(),
  heldOutImages: z.int(),
  dataFingerprint: z.string(),
  /** What it was fitted on: "MR (FLAIR); DICOM files; 12 bits; grey; 256x256 pixels"; null where that was not recorded. */
  inputs: z.string().nullable(),
  /** "resize 64x64 grey, window -150 to 250" */
  preparation: z.string(),
  /** Names of its scores, the one to look at first at the front. */
  scores: z.array(z.string()),
  /** The model's fixed colour scale of each score that has a map: none for a detector that gives no heatmaps. */
  colourScales: z.record(z.string(), Interval),
});
export type ModelSummary = z.infer<typeof ModelSummary>;

/** Recorded by a flowscreen that this one does not understand. */
export const UnreadableModel = z.object({
  id: Id,
  name: z.string(),
  /** One sentence: why, and what to do. */
  reason: z.string(),
});
export type UnreadableModel = z.infer<typeof UnreadableModel>;

export const models = {
  /** Those that can be read. */
  list: call.output(z.array(ModelSummary)),
  unreadable: call.output(z.array(UnreadableModel)),
  /** The whole card as Markdown, as it goes into reports and exports. */
  card: call.input(z.object({ id: Id })).output(z.object({ markdown: z.string() })),
  /** One file: weights, settings, card; its general model too. */
  export: call.input(z.object({ id: Id })).output(z.file()),
  import: call.input(z.object({ file: z.file().max(2_000_000_000) })).output(ModelSummary),
  /** Takes a model, also one that cannot be read, out of the lists; runs that used it stay readable. */
  remove: call.input(z.object({ id: Id, reason: Reason })).output(Empty),
};
