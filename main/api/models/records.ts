/** The shapes of what the database keeps as JSON, checked when it is read back. */
import { z } from 'zod';
import { PRESETS } from '../../../models/preset-name.ts';
import { Preparation } from '../../ingest/preparation-settings.ts';
import { grouping } from '../../store/datasets.ts';
import { encoderIdentity } from '../../jobs/encoder-choice.ts';
import { detectorChoice, isKnown } from '../../jobs/known-detectors.ts';
import { colourScale } from '../../jobs/settings-schemas.ts';
import { ofGlowAlone, renamed, without } from './older-records.ts';
import { InputProfile } from '../inputs/input-profile.ts';

const finite = z.number();
const count = z.int().nonnegative();
// Models and runs from before there was a choice.
const heldOutBy = grouping.default('image');

/** Images of a dataset that a model was fitted on beside the normal ones. */
export const usedImages = z.strictObject({
  dataset: z.string(),
  /** Only those of this label; else all, but for the normal ones. */
  label: z.string().nullable(),
  fingerprint: z.string(),
  /** Tiles where images are tiled. */
  images: count,
  /** So many images of these, drawn by the fit's seed; all where absent. */
  drawn: z.int().positive().exactOptional(),
});
export type UsedImages = z.infer<typeof usedImages>;

const settingsRecord = z.strictObject({
  preset: z.enum(PRESETS),
  detector: detectorChoice.refine(isKnown, 'No such detector, or not its settings.'),
  /** Only images of this label were used. */
  label: z.string().nullable(),
  /** The labels that were told apart, in the order in which the detector numbers them. */
  classes: z.array(z.string()).nullable(),
  generalImages: usedImages.nullable(),
  exposure: usedImages.nullable(),
  encoder: encoderIdentity.nullable(),
  /** What it was called here. */
  encoderName: z.string().nullable(),
});

/** How a model was fitted; with its preparation, seed and data everything needed to fit it again. */
export const modelSettings = z.preprocess(ofGlowAlone, settingsRecord);
export type ModelSettings = z.infer<typeof modelSettings>;

const metricsRecord = z.strictObject({
  /** Null where the detector is computed. */
  heldOutLoss: finite.nullable(),
  steps: count,
  bestStep: count,
  rejectedSteps: count,
  /** Files that could not be read while training and whose place others took. */
  replacedFiles: count,
  /** Computing time, over all sessions of the run. */
  seconds: finite,
  /** Images trained on and held out; tiles where images are tiled. */
  images: count,
  heldOutImages: count,
  /** What was kept together when they were held out. */
  heldOutBy,
  /** What these images were like; absent in models from before it was recorded. */
  inputs: InputProfile.exactOptional(),
  /** Files of the dataset that were not trained on. */
  heldOutFileIds: z.array(z.int().positive()),
  /** Names of the detector's scores, the one to look at first at the front; absent in models from before it was recorded. */
  scores: z.array(z.string()).exactOptional(),
  /** What the features are of; absent or null in models without an encoder. */
  encoderFingerprint: z.string().nullable().exactOptional(),
  /** Their scores, by score name: thresholds are set on these. */
  heldOutScores: z.record(z.string(), z.array(finite)),
  /** The fixed colour scale of each score that has a map, from the maps of the held-out images. */
  colourScales: z.record(z.string(), colourScale),
});
/** What a fit came to. */
export const modelMetrics = z.preprocess(renamed('heldOutBitsPerDimension', 'heldOutLoss'), metricsRecord);
/** Those of a model from another machine, where its files have no numbers. */
export const travelledMetrics = z.preprocess(
  renamed('heldOutBitsPerDimension', 'heldOutLoss'),
  metricsRecord.extend({ heldOutFileIds: z.tuple([]) }),
);
export type ModelMetrics = z.infer<typeof modelMetrics>;

/** What a fit was started with, so that it can be resumed. */
const runRecord = z.strictObject({
  name: z.string(),
  generalModelId: z.int().positive().nullable(),
  preparation: Preparation,
  settings: modelSettings,
  /** Of the files used. */
  dataFingerprint: z.string(),
  heldOutBy,
  /** Of what was held out; null for a run from before images that look alike were held out together. */
  heldOutFingerprint: z.string().nullable().default(null),
  generalDatasetId: z.int().positive().nullable().default(null),
  exposureDatasetId: z.int().positive().nullable().default(null),
});
export const fitRunSettings = z.preprocess(without('detector'), runRecord);
export type FitRunSettings = z.infer<typeof fitRunSettings>;

/** Where a fit's last checkpoint stands. */
export const fitRunProgress = z.strictObject({
  step: count,
  rejectedSteps: count,
  best: z
    .preprocess(renamed('bitsPerDimension', 'loss'), z.strictObject({ loss: finite, step: count }))
    .nullable(),
  /** The file of the best weights of its stage so far. */
  bestHash: z.string().nullable(),
  /** The stages before, with the files of their best weights. */
  stages: z.array(z.strictObject({ bestHash: z.string(), steps: count, rejectedSteps: count })).default([]),
  seconds: finite,
  replacedFiles: count,
});
export type FitRunProgress = z.infer<typeof fitRunProgress>;

export const screenRunSettings = z.strictObject({
  batchSize: z.int().positive(),
  /** Images that are not of the kind that the model was fitted on; absent where all are. */
  misfits: z
    .strictObject({
      /** What was done with them. */
      handling: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('left-out') }),
        z.strictObject({ kind: z.literal('included'), reason: z.string() }),
      ]),
      images: count,
      of: count,
      /** Clauses: "12 images are …". */
      reasons: z.array(z.string()),
    })
    .exactOptional(),
  /** Differences that do not stand against a screening, as clauses. */
  warnings: z.array(z.string()).exactOptional(),
});
export type ScreenRunSettings = z.infer<typeof screenRunSettings>;
