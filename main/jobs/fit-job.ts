/** Fits a detector: the worker's side, which takes plain data, tells what happens, and keeps nothing. */
import type { ParameterData } from '../../models/detectors/detector.ts';
import { type GlowSettings, glowModel } from '../../models/detectors/glow/model.ts';
import type { Environment } from '../../models/device.ts';
import { bitsPerDimension, elementsOf } from '../../models/images.ts';
import { meanBitsPerDimension } from '../../models/detectors/shared/mean-bits-per-dimension.ts';
import { Batches } from '../../models/training/batches.ts';
import type { Checkpoint } from '../../models/training/checkpoint.ts';
import { fit } from '../../models/training/fit.ts';
import { learnedImages } from '../../models/samples.ts';
import { startImageTraining } from '../../models/training/image-training.ts';
import type { ImageFitSettings } from '../../models/run-settings.ts';
import { TrainingUnstable } from '../../models/training/training.ts';
import { PreparedImages } from '../ingest/loader.ts';
import type { Preparation } from '../ingest/preparation-settings.ts';
import type { ColourScale } from './colour-scales.ts';
import type { FittedFlow } from './detector.ts';
import type { FitFile } from './fit-file.ts';
import { scoreHeldOut } from './held-out.ts';
import { FolderImages, type ReplacedFile } from './image-source.ts';
import { JobError } from './job-error.ts';
import { Pace } from './pace.ts';

export type FitStart =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'from-model'; readonly parameters: ParameterData }
  /** `best`: the weights of the best evaluation before the checkpoint. */
  | { readonly kind: 'resume'; readonly checkpoint: Checkpoint; readonly best: ParameterData | null };

export interface FitJob {
  readonly root: string;
  readonly preparation: Preparation;
  readonly train: readonly FitFile[];
  readonly heldOut: readonly FitFile[];
  readonly glow: GlowSettings;
  readonly settings: ImageFitSettings;
  readonly start: FitStart;
  /** The other half of the ratio. */
  readonly general: FittedFlow | null;
  readonly checkpointSeconds: number;
}

export interface Fitted {
  /** Of the best evaluation. */
  readonly parameters: ParameterData;
  readonly heldOutLoss: number;
  readonly bestStep: number;
  readonly steps: number;
  readonly rejectedSteps: number;
  /** Scores of the held-out files that could be read, by score name. */
  readonly heldOutScores: Readonly<Record<string, readonly number[]>>;
  readonly colourScales: Readonly<Record<string, ColourScale>>;
}

/** What is told of a running fit to whoever watches it. */
export type FitProgressMessage =
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly totalSteps: number;
      /** Of the batch, in the detector's unit. */
      readonly loss: number;
      readonly imagesPerSecond: number;
      readonly secondsLeft: number;
      /** False where the gradient was not finite and the step changed nothing. */
      readonly accepted: boolean;
    }
  | {
      readonly kind: 'evaluation';
      readonly step: number;
      readonly heldOutLoss: number;
      /** The best so far, this one included. */
      readonly best: { readonly loss: number; readonly step: number };
    }
  /** Steps are being rejected; `rejectedSteps` of the run so far. */
  | { readonly kind: 'unstable'; readonly step: number; readonly rejectedSteps: number }
  /** A file could no longer be read; another image takes its place. */
  | ({ readonly kind: 'image-replaced' } & ReplacedFile);

export type FitMessage =
  | { readonly kind: 'compiling' }
  | {
      readonly kind: 'started';
      readonly steps: number;
      readonly fromStep: number;
      readonly images: number;
      readonly heldOut: number;
      readonly device: string;
    }
  | FitProgressMessage
  /** To be saved before the next message is asked for. `newBest`: null where it is that of the checkpoint before. */
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint; readonly newBest: ParameterData | null }
  | { readonly kind: 'finished'; readonly step: number; readonly reason: 'all-steps' | 'no-improvement' }
  /** The last message after the signal was given. */
  | { readonly kind: 'stopped'; readonly step: number }
  /** The last message of a whole run. */
  | { readonly kind: 'fitted'; readonly fitted: Fitted };

/**
 * @throws JobError 'no-readable-images' | 'not-finite' | 'unstable' when steps keep being rejected
 * @throws EngineError when the device fails
 */
export async function* runFitJob(
  environment: Environment,
  job: FitJob,
  signal: AbortSignal,
): AsyncGenerator<FitMessage, void, undefined> {
  try {
    yield* messages(environment, job, signal);
  } catch (error) {
    if (!(error instanceof TrainingUnstable)) throw error;
    throw new JobError('unstable', error.message, { cause: error });
  }
}

async function* messages(
  environment: Environment,
  job: FitJob,
  signal: AbortSignal,
): AsyncGenerator<FitMessage, void, undefined> {
  const replaced: ReplacedFile[] = [];
  const sourceOf = (files: readonly FitFile[]) =>
    new FolderImages(
      new PreparedImages(job.root, files, job.preparation),
      files.map(({ tiles }) => tiles),
      (file) => replaced.push(file),
    );
  const news = function* (): Generator<FitMessage, void> {
    for (const file of replaced.splice(0)) yield { kind: 'image-replaced', ...file };
  };

  const model = glowModel(job.glow);
  const { settings, start } = job;
  const images = sourceOf(job.train);
  const heldOut = sourceOf(job.heldOut);
  yield { kind: 'compiling' };
  const training = await startImageTraining(environment, model, settings, images, start);
  try {
    yield* news();
    const { totalSteps } = settings.schedule;
    yield {
      kind: 'started',
      steps: totalSteps,
      fromStep: training.step,
      images: images.count,
      heldOut: heldOut.count,
      device: environment.device.label,
    };
    const order = new Batches(learnedImages(images, settings).samples, settings.batchSize, settings.seed);
    const decodeAhead = (step: number) => {
      if (step < totalSteps) images.ahead(order.indices(step));
    };
    decodeAhead(training.step);
    const pace = new Pace();
    let best = start.kind === 'resume' ? start.best : null;
    let bestIsSaved = true;
    let savedAt = performance.now();
    const checkpoint = async (): Promise<FitMessage> => {
      const newBest = bestIsSaved ? null : best;
      bestIsSaved = true;
      savedAt = performance.now();
      return { kind: 'checkpoint', checkpoint: await training.checkpoint(), newBest };
    };
    const events = fit(training, settings, (parameters) =>
      meanBitsPerDimension(environment, model, parameters, heldOut),
    );
    for await (const event of events) {
      yield* news();
      switch (event.kind) {
        case 'step': {
          const { step, meanSampleLoss, accepted } = event;
          decodeAhead(step);
          const perSecond = pace.add(1);
          yield {
            kind: 'step',
            step,
            totalSteps,
            loss: bitsPerDimension(-meanSampleLoss, elementsOf(images.shape)),
            accepted,
            imagesPerSecond: perSecond * settings.batchSize,
            secondsLeft: (totalSteps - step) / perSecond,
          };
          if (!accepted) {
            yield { kind: 'unstable', step, rejectedSteps: training.progress.rejectedSteps };
          }
          // A checkpoint between a step and its evaluation would resume without the evaluation.
          if (step % settings.evaluateEvery === 0 || step === totalSteps) continue;
          break;
        }
        case 'evaluation': {
          const { step, heldOut: heldOutLoss, best: reached, parameters } = event;
          if (!Number.isFinite(heldOutLoss)) {
            throw new JobError(
              'not-finite',
              `At step ${step} the likelihood of held-out images is no longer a number; fit again with fewer steps or another seed.`,
            );
          }
          if (parameters !== null) {
            best = parameters;
            bestIsSaved = false;
          }
          yield {
            kind: 'evaluation',
            step,
            heldOutLoss,
            best: { loss: reached.heldOut, step: reached.step },
          };
          break;
        }
        case 'finished':
          // What follows takes a while: a run killed there has nothing to train again.
          yield await checkpoint();
          yield event;
          continue;
      }
      if (signal.aborted) {
        yield await checkpoint();
        yield { kind: 'stopped', step: training.step };
        return;
      }
      if (performance.now() - savedAt >= job.checkpointSeconds * 1000) yield await checkpoint();
    }
    const { best: reached, rejectedSteps } = training.progress;
    if (best === null || reached === null) throw new RangeError('a run ends with an evaluation');
    const flow = { settings: job.glow, parameters: best };
    const detector = { own: flow, general: job.general };
    const normals = await scoreHeldOut(environment, job, detector);
    yield {
      kind: 'fitted',
      fitted: {
        parameters: best,
        heldOutLoss: reached.heldOut,
        bestStep: reached.step,
        steps: training.step,
        rejectedSteps,
        ...normals,
      },
    };
  } finally {
    await training.dispose();
  }
}
