/** Trains an encoder by momentum contrast: the worker's side, which takes plain data, tells what happens, and keeps nothing. */
import type { Environment } from '../../models/device.ts';
import { batchStream, readAhead } from '../../models/training/batch-stream.ts';
import type { Checkpoint } from '../../models/training/checkpoint.ts';
import { encoderGraph } from '../../models/training/encoder-export.ts';
import { fit } from '../../models/training/fit.ts';
import { prepareMoco } from '../../models/training/moco.ts';
import type { MocoSettings } from '../../models/training/moco-settings.ts';
import { Training, TrainingUnstable } from '../../models/training/training.ts';
import { PreparedImages } from '../ingest/loader.ts';
import type { Preparation } from '../ingest/preparation-settings.ts';
import type { FitFile } from './fit-file.ts';
import { FolderImages, type ReplacedFile } from './image-source.ts';
import { JobError } from './job-error.ts';
import { Pace } from './pace.ts';

export interface EncoderJob {
  readonly root: string;
  readonly preparation: Preparation;
  readonly train: readonly FitFile[];
  /** Two or more: what an image is told from is another. */
  readonly heldOut: readonly FitFile[];
  readonly settings: MocoSettings;
  readonly seed: number;
  /** Where to go on; null to begin. */
  readonly checkpoint: Checkpoint | null;
  readonly checkpointSeconds: number;
}

export interface TrainedEncoder {
  /** An ONNX file that describes itself. */
  readonly onnx: Uint8Array<ArrayBuffer>;
  readonly heldOutLoss: number;
  readonly steps: number;
  readonly rejectedSteps: number;
}

/** What is told of a running training to whoever watches it. Losses are in nats: lower is better. */
export type EncoderProgressMessage =
  | { readonly kind: 'compiling' }
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly totalSteps: number;
      readonly loss: number;
      readonly imagesPerSecond: number;
      readonly secondsLeft: number;
      /** False where the gradient was not finite and the step changed nothing. */
      readonly accepted: boolean;
    }
  | { readonly kind: 'evaluation'; readonly step: number; readonly heldOutLoss: number }
  /** Steps are being rejected; `rejectedSteps` of the run so far. */
  | { readonly kind: 'unstable'; readonly step: number; readonly rejectedSteps: number }
  /** A file could no longer be read; another image takes its place. */
  | ({ readonly kind: 'image-replaced' } & ReplacedFile);

export type EncoderMessage =
  | EncoderProgressMessage
  | {
      readonly kind: 'started';
      readonly steps: number;
      readonly fromStep: number;
      readonly images: number;
      readonly heldOut: number;
      readonly device: string;
    }
  /** To be saved before the next message is asked for. */
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  /** The last message after the signal was given. */
  | { readonly kind: 'stopped'; readonly step: number }
  /** The last message of a whole run. */
  | { readonly kind: 'trained'; readonly trained: TrainedEncoder };

/** Images that the encoder takes at once: few enough that a short batch, which is filled up, costs little. */
const ENCODED_AT_ONCE = 16;

/**
 * @throws JobError 'no-readable-images' | 'not-finite' | 'unstable' when steps keep being rejected
 * @throws EngineError when the device fails
 */
export async function* runEncoderJob(
  environment: Environment,
  job: EncoderJob,
  signal: AbortSignal,
): AsyncGenerator<EncoderMessage, void, undefined> {
  try {
    yield* messages(environment, job, signal);
  } catch (error) {
    if (!(error instanceof TrainingUnstable)) throw error;
    throw new JobError('unstable', error.message, { cause: error });
  }
}

async function* messages(
  environment: Environment,
  job: EncoderJob,
  signal: AbortSignal,
): AsyncGenerator<EncoderMessage, void, undefined> {
  const replaced: ReplacedFile[] = [];
  const sourceOf = (files: readonly FitFile[]) =>
    new FolderImages(
      new PreparedImages(job.root, files, job.preparation),
      files.map(({ tiles }) => tiles),
      (file) => replaced.push(file),
    );
  const news = function* (): Generator<EncoderMessage, void> {
    for (const file of replaced.splice(0)) yield { kind: 'image-replaced', ...file };
  };
  const { settings, seed } = job;
  const images = sourceOf(job.train);
  const heldOut = sourceOf(job.heldOut);
  yield { kind: 'compiling' };
  const prepared = await prepareMoco(environment, { images, heldOut }, settings, seed);
  const { run } = prepared;
  const [views, ...others] = prepared.inputs;
  const training = await Training.start(
    environment,
    prepared.trainable,
    run,
    readAhead(batchStream(views, others, seed), run.schedule.totalSteps),
    job.checkpoint === null
      ? { kind: 'parameters', parameters: prepared.initial }
      : { kind: 'resume', checkpoint: job.checkpoint },
  );
  try {
    yield* news();
    const { totalSteps } = run.schedule;
    yield {
      kind: 'started',
      steps: totalSteps,
      fromStep: training.step,
      images: images.count,
      heldOut: heldOut.count,
      device: environment.device.label,
    };
    const pace = new Pace();
    let savedAt = performance.now();
    const checkpoint = async (): Promise<EncoderMessage> => {
      savedAt = performance.now();
      return { kind: 'checkpoint', checkpoint: await training.checkpoint() };
    };
    for await (const event of fit(training, run, (parameters) => prepared.measure(parameters))) {
      yield* news();
      switch (event.kind) {
        case 'step': {
          const { step, meanSampleLoss, accepted } = event;
          const perSecond = pace.add(1);
          yield {
            kind: 'step',
            step,
            totalSteps,
            loss: meanSampleLoss,
            accepted,
            imagesPerSecond: perSecond * views.size,
            secondsLeft: (totalSteps - step) / perSecond,
          };
          if (!accepted) {
            yield { kind: 'unstable', step, rejectedSteps: training.progress.rejectedSteps };
          }
          // A checkpoint between a step and its evaluation would resume without the evaluation.
          if (step % run.evaluateEvery === 0 || step === totalSteps) continue;
          break;
        }
        case 'evaluation':
          refuseNotFinite(event.step, event.heldOut);
          yield { kind: 'evaluation', step: event.step, heldOutLoss: event.heldOut };
          break;
        case 'finished':
          // What follows takes a while: a run killed there has nothing to train again.
          yield await checkpoint();
          continue;
      }
      if (signal.aborted) {
        yield await checkpoint();
        yield { kind: 'stopped', step: training.step };
        return;
      }
      if (performance.now() - savedAt >= job.checkpointSeconds * 1000) yield await checkpoint();
    }
    // The last weights, not those of the least held-out loss: that one follows how fast the keys' encoder moves.
    const parameters = await training.parameters();
    const heldOutLoss = await prepared.measure(parameters);
    refuseNotFinite(training.step, heldOutLoss);
    yield {
      kind: 'trained',
      trained: {
        onnx: encoderGraph(settings.network, parameters, images.shape, ENCODED_AT_ONCE),
        heldOutLoss,
        steps: training.step,
        rejectedSteps: training.progress.rejectedSteps,
      },
    };
  } finally {
    await training.dispose();
  }
}

function refuseNotFinite(step: number, heldOutLoss: number): void {
  if (Number.isFinite(heldOutLoss)) return;
  throw new JobError(
    'not-finite',
    `At step ${step} the loss of held-out images is no longer a number; train again with fewer steps or another seed.`,
  );
}
