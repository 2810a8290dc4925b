import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Id, Name, Reason, Utc, call } from './common.ts';
import { RelinkOutcome, ScanOutcome } from './datasets.ts';
import { LossUnit } from './detectors.ts';
import { Intensity } from './intensity.ts';

export const PresetName = z.enum(['tiny', 'quick', 'balanced', 'paper']);

const side = z.int().min(8).max(4096).multipleOf(8);
/** How images become what a model sees. */
export const Preparation = z.discriminatedUnion('fit', [
  z.object({
    fit: z.literal(['resize', 'crop']),
    height: side,
    width: side,
    channels: z.literal([1, 3]),
  }),
  z.object({
    fit: z.literal('tile'),
    height: side,
    width: side,
    channels: z.literal([1, 3]),
    overlap: z.int().min(0).max(2048),
  }),
]);

/** Of a dataset's images those of one label; where it is null, all but the normal ones: of the dataset that is fitted those of other labels. */
export const Exposure = z.object({
  datasetId: Id,
  label: z.string().max(500).nullable(),
  /** So many of them, drawn by the seed; all where it is null. */
  images: z.int().min(1).max(10_000_000).nullable().default(null),
});
export type Exposure = z.infer<typeof Exposure>;

export const FitRequest = z.object({
  datasetId: Id,
  name: Name,
  /** One of `detectors.list`, whose `needs` say which of the following it takes; what it does not take must be null. */
  detector: z.string().min(1).max(60),
  preset: PresetName,
  /** A model of the same detector fitted on broader images: its weights start the run, and the two give the ratio. */
  generalModelId: Id.nullable(),
  /** A dataset of broader images, to be told from the normal ones. */
  generalDatasetId: Id.nullable().default(null),
  /** Images that are anomalous or stand for what is. */
  exposure: Exposure.nullable().default(null),
  /** The name of one of `encoders.list`. */
  encoder: z.string().min(1).max(200).nullable().default(null),
  seed: z.int().min(0).max(4_294_967_295),
  /** Gradient steps instead of the preset's number; null for a detector that is computed. */
  steps: z.int().min(1).max(10_000_000).nullable(),
  /** Chosen from the images when null. */
  preparation: Preparation.nullable(),
  /** Chosen from the images, or as the general model's, when null. */
  intensity: Intensity.nullable().default(null),
  /** Fit only the images of this label. */
  label: z.string().max(500).nullable(),
  flipHorizontally: z.boolean(),
  /** Half of what is learned has less detail than its image: for general models, and detectors of likelihoods of pixels alone. */
  softened: z.boolean().default(false),
});
export type FitRequest = z.infer<typeof FitRequest>;

export const Estimate = z.object({
  /** 0 where there is nothing to train. */
  steps: z.int(),
  /** Null where a trial took too long to tell. */
  seconds: z.number().nullable(),
  /** What it is known from, in words. */
  basis: z.string(),
});
export type Estimate = z.infer<typeof Estimate>;

const base = {
  id: Id,
  /** "Fit brain", "Screen lot 7". */
  title: z.string(),
  status: z.enum(['running', 'stopping', 'stopped', 'failed', 'done']),
  startedAt: Utc,
  endedAt: Utc.nullable(),
  device: z.string().nullable(),
  runId: Id.nullable(),
  /** What is being done now, for people: "compiling", "scoring". */
  phase: z.string(),
  done: z.int(),
  /** Null while it is unknown. */
  total: z.int().nullable(),
  imagesPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** Sentences for the user that stopped nothing. */
  notices: z.array(z.string()),
  /** Of a failed or stopped job. */
  error: z.object({ kind: z.string(), message: z.string() }).nullable(),
  /** It can go on from where it was. */
  resumable: z.boolean(),
};

export const Job = z.discriminatedUnion('kind', [
  z.object({
    ...base,
    kind: z.literal('scan'),
    datasetId: Id.nullable(),
    /** Images, of which a file may hold many; of files that were read. */
    readable: z.int(),
    skipped: z.int(),
    broken: z.int(),
    /** What has become of the files since the scan before; null before the end. */
    outcome: ScanOutcome.nullable(),
  }),
  z.object({
    ...base,
    kind: z.literal('relink'),
    datasetId: Id,
    /** Null before the end. */
    outcome: RelinkOutcome.nullable(),
  }),
  z.object({
    ...base,
    kind: z.literal('fit'),
    datasetId: Id,
    modelId: Id.nullable(),
    /** Of the last step, and of held-out images at the last evaluation; null before the first, and of what is computed. */
    loss: z.number().nullable(),
    heldOutLoss: z.number().nullable(),
    unit: LossUnit.nullable(),
    rejectedSteps: z.int(),
    unstable: z.boolean(),
  }),
  z.object({
    ...base,
    kind: z.literal('train-encoder'),
    datasetId: Id,
    /** Null before the end. */
    encoderId: Id.nullable(),
    /** Nats: of the last step, and of held-out images at the last evaluation. */
    loss: z.number().nullable(),
    heldOutLoss: z.number().nullable(),
    rejectedSteps: z.int(),
  }),
  z.object({ ...base, kind: z.literal('screen'), datasetId: Id, modelId: Id, failed: z.int() }),
  z.object({ ...base, kind: z.literal('example') }),
]);
export type Job = z.infer<typeof Job>;

/** A point of a fit's curves. The loss of the training batches since the point before, and of held-out images, in the detector's unit. */
export const FitPoint = z.object({
  step: z.int(),
  loss: z.number().nullable(),
  heldOutLoss: z.number().nullable(),
  imagesPerSecond: z.number().nullable(),
});
export type FitPoint = z.infer<typeof FitPoint>;

export const RunSummary = z.object({
  id: Id,
  kind: z.enum(['fit', 'screen']),
  status: z.enum(['running', 'interrupted', 'done', 'failed']),
  name: z.string(),
  modelId: Id.nullable(),
  datasetId: Id,
  dataset: z.string(),
  preset: PresetName.nullable(),
  seed: z.int(),
  device: z.string(),
  startedAt: Utc,
  finishedAt: Utc.nullable(),
  error: z.string().nullable(),
  /** The title of the detector that is or was fitted; null where that cannot be read. */
  detector: z.string().nullable(),
  heldOutLoss: z.number().nullable(),
  unit: LossUnit.nullable(),
  resumable: z.boolean(),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** What a fit would do to its images. */
export const PreparationPreview = z.object({
  /** "resize 64x64 grey, window -150 to 250" */
  preparation: z.string(),
  intensity: Intensity,
  /** Why that intensity, a sentence. */
  why: z.string(),
  /** A few images as the model would see them: WebP, at most 256 pixels a side, to be had by GET. */
  pictures: z.array(z.object({ name: z.string(), address: z.string() })),
});
export type PreparationPreview = z.infer<typeof PreparationPreview>;

/** What to do with images that are not of the kind that a model was fitted on. */
export const Misfits = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('left-out') }),
  z.object({ kind: z.literal('included'), reason: Reason }),
]);
export type Misfits = z.infer<typeof Misfits>;

export const jobs = {
  list: call.output(z.array(Job)),
  /** Every job as it is now, then each as it changes, a few times a second at most. */
  watch: call.output(eventIterator(Job)),
  fit: call.input(FitRequest).output(z.object({ jobId: Id })),
  /** Refused as 'does-not-fit' where images are not of the kind that the model was fitted on, unless `misfits` says what to do. */
  screen: call
    .input(
      z.object({
        modelId: Id,
        datasetId: Id,
        restart: z.boolean(),
        misfits: Misfits.nullable().default(null),
      }),
    )
    .output(z.object({ jobId: Id })),
  /** How a dataset's images differ from those that a model was fitted on; reasons and warnings are clauses. */
  checkInputs: call.input(z.object({ modelId: Id, datasetId: Id })).output(
    z.object({
      images: z.int(),
      misfits: z.int(),
      reasons: z.array(z.string()),
      warnings: z.array(z.string()),
    }),
  ),
  /** Saves where it is and ends it. */
  stop: call.input(z.object({ jobId: Id })).output(Job),
  /** Goes on with an interrupted or failed run. */
  resume: call.input(z.object({ runId: Id })).output(z.object({ jobId: Id })),
  /** How long a fit would take here, from a short trial or from earlier fits; of 0 steps where it is computed in one go. */
  estimate: call
    .input(
      FitRequest.pick({
        datasetId: true,
        detector: true,
        encoder: true,
        generalModelId: true,
        generalDatasetId: true,
        exposure: true,
        preset: true,
        steps: true,
        preparation: true,
      }),
    )
    .output(Estimate),
  preview: call
    .input(
      FitRequest.pick({
        datasetId: true,
        generalModelId: true,
        label: true,
        preparation: true,
        intensity: true,
      }),
    )
    .output(PreparationPreview),
  points: call.input(z.object({ runId: Id, afterStep: z.int().min(0) })).output(z.array(FitPoint)),
  runs: call
    .input(
      z.object({
        kind: z.enum(['fit', 'screen']).nullable(),
        modelId: Id.nullable(),
        datasetId: Id.nullable(),
      }),
    )
    .output(z.array(RunSummary)),
};
