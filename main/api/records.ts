/** The shapes of what the database keeps as JSON, checked when it is read back. */
import { z } from 'zod';
import { PRESETS } from '../../models/preset-name.ts';
import { Preparation } from '../ingest/preparation-settings.ts';
import { grouping } from '../store/datasets.ts';
import { colourScale, fitSettings, glowSettings } from '../jobs/settings-schemas.ts';
import { InputProfile } from './input-profile.ts';

const finite = z.number();
const count = z.int().nonnegative();
// Models and runs from before there was a choice.
const heldOutBy = grouping.default('image');

/** How a model was fitted; with its preparation, seed and data everything needed to fit it again. */
export const modelSettings = z.strictObject({
  preset: z.enum(PRESETS),
  glow: glowSettings,
  training: fitSettings,
  /** Only images of this label were used. */
  label: z.string().nullable(),
});
export type ModelSettings = z.infer<typeof modelSettings>;

/** Records from before there were other measures than bits per dimension. */
function renamed(before: string, now: string) {
  return (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || !(before in value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]: [string, unknown]) => [key === before ? now : key, each]),
    );
  };
}

const metricsRecord = z.strictObject({
  heldOutLoss: finite,
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
  /** Their scores, by score name: thresholds are set on these. */
  heldOutScores: z.record(z.string(), z.array(finite)),
  /** The fixed colour scale of each map, nats per pixel, from the maps of the held-out images. */
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
export const fitRunSettings = z.strictObject({
  name: z.string(),
  detector: z.literal('glow'),
  generalModelId: z.int().positive().nullable(),
  preparation: Preparation,
  settings: modelSettings,
  /** Of the files used. */
  dataFingerprint: z.string(),
  heldOutBy,
  /** Of what was held out; null for a run from before images that look alike were held out together. */
  heldOutFingerprint: z.string().nullable().default(null),
});
export type FitRunSettings = z.infer<typeof fitRunSettings>;

/** Where a fit's last checkpoint stands. */
export const fitRunProgress = z.strictObject({
  step: count,
  rejectedSteps: count,
  best: z
    .preprocess(renamed('bitsPerDimension', 'loss'), z.strictObject({ loss: finite, step: count }))
    .nullable(),
  /** The file of the best weights so far. */
  bestHash: z.string().nullable(),
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
