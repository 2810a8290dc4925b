/** Fits a detector: the worker's side, which takes plain data, tells what happens, and keeps nothing. */
import type { FitData } from '../../models/detectors/method.ts';
import type { Environment } from '../../models/device.ts';
import { type ImageShape, type ImageSource, bitsPerDimension, elementsOf } from '../../models/images.ts';
import { TrainingUnstable } from '../../models/training/training.ts';
import { PreparedImages } from '../ingest/loader.ts';
import { openDetectorEncoder } from './detector.ts';
import type { FitFile } from './fit-file.ts';
import type { FitJob, FitMessage } from './fit-protocol.ts';
import { type FinishedStage, fitStage } from './fit-stage.ts';
import { scoreHeldOut } from './held-out.ts';
import { FolderImages } from './image-source.ts';
import { JobError } from './job-error.ts';
import { type BoundDetector, boundDetector } from './known-detectors.ts';

/**
 * @throws JobError 'no-readable-images' | 'not-finite' | 'unstable' when steps keep being rejected
 * @throws FitDataError, FeatureError where the images do not serve the detector; EncoderError; EngineError when the device fails
 */
export async function* runFitJob(
  environment: Environment,
  job: FitJob,
  signal: AbortSignal,
): AsyncGenerator<FitMessage, void, undefined> {
  try {
    yield* messages(environment, job, signal);
  } catch (error) {
    if (error instanceof Stopped) {
      yield { kind: 'stopped', step: 0 };
      return;
    }
    if (!(error instanceof TrainingUnstable)) throw error;
    throw new JobError('unstable', error.message, { cause: error });
  }
}

async function* messages(
  environment: Environment,
  job: FitJob,
  signal: AbortSignal,
): AsyncGenerator<FitMessage, void, undefined> {
  const waiting: FitMessage[] = [];
  const news = () => waiting.splice(0);
  const detector = boundDetector(job.detector);
  const { channels, height, width } = job.preparation;
  const shape: ImageShape = { channels, height, width };
  let preparing = true;
  const isStopped = () => preparing && signal.aborted;
  const sources = sourcesOf(job, waiting, isStopped);
  yield { kind: 'compiling' };
  const notify = (message: string) => waiting.push({ kind: 'notice', message });
  const encoder = await openDetectorEncoder(environment, job.encoder, shape, notify);
  try {
    const data: FitData = { ...sources, ...startOf(job), generalModel: job.generalModel, encoder };
    const stage = yield* fitted(environment, job, detector, data, {
      news,
      signal,
      prepared: () => (preparing = false),
    });
    if (stage === null) return;
    const { parameters: own, ...figures } = stage;
    const scored = { choice: job.detector, parameters: own, generalModel: job.generalModel };
    const normals = await scoreHeldOut(environment, job, { ...scored, encoder: job.encoder });
    yield* news();
    yield {
      kind: 'fitted',
      fitted: {
        parameters: own,
        ...figures,
        encoderFingerprint: encoder?.fingerprint ?? null,
        scores: [...normals.scores],
        heldOutScores: mutable(normals.heldOutScores),
        colourScales: { ...normals.colourScales },
      },
    };
  } finally {
    await encoder?.dispose();
  }
}

interface Outcome extends Omit<FinishedStage, 'best' | 'heldOutLoss'> {
  readonly parameters: FinishedStage['best'];
  readonly heldOutLoss: number | null;
}

interface Surroundings {
  readonly news: () => readonly FitMessage[];
  readonly signal: AbortSignal;
  /** From now on what is stopped is saved first. */
  readonly prepared: () => void;
}

/** What the detector keeps; null where it was stopped. */
async function* fitted(
  environment: Environment,
  job: FitJob,
  detector: BoundDetector,
  data: FitData,
  { news, signal, prepared: isPrepared }: Surroundings,
): AsyncGenerator<FitMessage, Outcome | null, undefined> {
  const { fit, method } = detector;
  const about = { images: data.normal.count, heldOut: data.heldOut.count, device: environment.device.label };
  if (fit.kind === 'computed') {
    yield { kind: 'started', steps: 0, fromStep: 0, ...about };
    const parameters = await fit.compute(environment, data, job.seed);
    yield* news();
    yield { kind: 'finished', step: 0, reason: 'all-steps' };
    return { parameters, heldOutLoss: null, bestStep: 0, steps: 0, rejectedSteps: 0 };
  }
  const size = elementsOf(data.normal.shape);
  const lossOf = (sampleLoss: number) =>
    method.unit === 'bits-per-dimension' ? bitsPerDimension(-sampleLoss, size) : sampleLoss;
  const resumed = job.start.kind === 'resume' ? job.start : null;
  let prepared = await fit.prepare(environment, data, job.seed);
  isPrepared();
  let stepsBefore = 0;
  let rejectedBefore = 0;
  let stage = 0;
  const goOn = async ({
    best,
    steps,
    rejectedSteps,
  }: Pick<FinishedStage, 'best' | 'steps' | 'rejectedSteps'>) => {
    if (prepared.next === undefined) throw new RangeError(`${method.id} has no stage ${stage + 1}`);
    prepared = await prepared.next(best);
    stepsBefore += steps;
    rejectedBefore += rejectedSteps;
    stage += 1;
  };
  for (const finished of resumed?.stages ?? []) await goOn(finished);
  for (let first = true; ; first = false) {
    const outcome = yield* fitStage(
      environment,
      prepared,
      {
        stage,
        seed: job.seed,
        checkpointSeconds: job.checkpointSeconds,
        stepsBefore,
        rejectedBefore,
        resume: first ? resumed : null,
        started: first ? about : null,
        news,
        lossOf,
      },
      signal,
    );
    if (outcome === null) return null;
    if (prepared.next === undefined) {
      const parameters = await prepared.finish(outcome.best);
      const { heldOutLoss, bestStep, steps, rejectedSteps } = outcome;
      return {
        parameters,
        heldOutLoss,
        bestStep: stepsBefore + bestStep,
        steps: stepsBefore + steps,
        rejectedSteps: rejectedBefore + rejectedSteps,
      };
    }
    await goOn(outcome);
  }
}

type Sources = Pick<FitData, 'normal' | 'heldOut' | 'general' | 'exposure' | 'classes'>;

function sourcesOf(job: FitJob, waiting: FitMessage[], isStopped: () => boolean): Sources {
  const source = (
    of: Extract<FitMessage, { kind: 'image-replaced' }>['of'],
    root: string,
    files: readonly FitFile[],
  ) => {
    const prepared = new PreparedImages(root, files, job.preparation);
    const tiles = files.map((file) => file.tiles);
    return stoppable(
      new FolderImages(prepared, tiles, (file) => waiting.push({ kind: 'image-replaced', of, ...file })),
      isStopped,
    );
  };
  const { root, train, heldOut, general, exposure, classes } = job;
  const ofTiles = (ofFiles: readonly number[], files: readonly FitFile[]) =>
    files.flatMap(({ tiles }, index) => Array.from({ length: tiles }, () => ofFiles[index] ?? 0));
  return {
    normal: source('normal', root, train),
    heldOut: source('normal', root, heldOut),
    general: general && source('general', general.root, general.files),
    exposure: exposure && source('exposure', exposure.root, exposure.files),
    ...(classes === null
      ? {}
      : {
          classes: {
            count: classes.count,
            normal: ofTiles(classes.train, train),
            heldOut: ofTiles(classes.heldOut, heldOut),
          },
        }),
  };
}

/** A run that goes on has weights already: none are to be set from data again. */
function startOf({ start }: FitJob): Pick<FitData, 'start'> {
  if (start.kind === 'fresh' || start.stages.length > 0 || start.best === null) return {};
  return { start: start.best };
}

/** All images of a folder may be read before there is anything to save: whoever stops a fit must not wait for that. */
class Stopped extends Error {}

function stoppable(source: ImageSource, isStopped: () => boolean): ImageSource {
  return {
    shape: source.shape,
    count: source.count,
    read: (indices) => {
      if (isStopped()) return Promise.reject(new Stopped());
      return source.read(indices);
    },
  };
}

function mutable(scores: Readonly<Record<string, readonly number[]>>): Record<string, number[]> {
  return Object.fromEntries(Object.entries(scores).map(([name, values]) => [name, [...values]]));
}
