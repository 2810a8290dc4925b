/** One stage of a fit by gradient descent. */
import type { ParameterData } from '../../models/detectors/detector.ts';
import type { PreparedFit } from '../../models/detectors/method.ts';
import type { Environment } from '../../models/device.ts';
import { batchStream, readAhead } from '../../models/training/batch-stream.ts';
import type { Checkpoint } from '../../models/training/checkpoint.ts';
import { fit } from '../../models/training/fit.ts';
import { Training } from '../../models/training/training.ts';
import type { FitMessage } from './fit-protocol.ts';
import { JobError } from './job-error.ts';
import { Pace } from './pace.ts';

export interface StageSettings {
  /** Counted from 0. */
  readonly stage: number;
  readonly seed: number;
  readonly checkpointSeconds: number;
  /** Of the stages before. */
  readonly stepsBefore: number;
  readonly rejectedBefore: number;
  readonly resume: { readonly checkpoint: Checkpoint; readonly best: ParameterData | null } | null;
  /** The first message of the run is still to come. */
  readonly started: Omit<Extract<FitMessage, { kind: 'started' }>, 'kind' | 'fromStep' | 'steps'> | null;
  /** What happened meanwhile. */
  readonly news: () => Iterable<FitMessage>;
  /** The mean loss of a batch in the detector's unit. */
  readonly lossOf: (meanSampleLoss: number) => number;
}

export interface FinishedStage {
  readonly best: ParameterData;
  readonly heldOutLoss: number;
  /** Counted within the stage. */
  readonly bestStep: number;
  readonly steps: number;
  readonly rejectedSteps: number;
}

/**
 * @returns null where the signal was given: the last message says so
 * @throws JobError 'not-finite'; TrainingUnstable; EngineError when the device fails
 */
export async function* fitStage(
  environment: Environment,
  prepared: PreparedFit,
  settings: StageSettings,
  signal: AbortSignal,
): AsyncGenerator<FitMessage, FinishedStage | null, undefined> {
  const { trainable, run } = prepared;
  const { stage, stepsBefore, resume, news } = settings;
  const [normal, ...others] = prepared.inputs;
  const stageSteps = run.schedule.totalSteps;
  const totalSteps = stepsBefore + stageSteps + (prepared.laterSteps ?? 0);
  const stream = readAhead(batchStream(normal, others, settings.seed), stageSteps);
  const training = await Training.start(
    environment,
    trainable,
    run,
    stream,
    resume === null
      ? { kind: 'parameters', parameters: prepared.initial }
      : { kind: 'resume', checkpoint: resume.checkpoint },
  );
  try {
    yield* news();
    if (settings.started !== null) {
      const fromStep = stepsBefore + training.step;
      yield { kind: 'started', ...settings.started, steps: totalSteps, fromStep };
    }
    const pace = new Pace();
    let best = resume?.best ?? null;
    let bestIsSaved = true;
    let savedAt = performance.now();
    const checkpoint = async (): Promise<FitMessage> => {
      const newBest = bestIsSaved ? null : best;
      bestIsSaved = true;
      savedAt = performance.now();
      return { kind: 'checkpoint', stage, checkpoint: await training.checkpoint(), newBest };
    };
    for await (const event of fit(training, run, (parameters) => prepared.measure(parameters))) {
      yield* news();
      switch (event.kind) {
        case 'step': {
          const { meanSampleLoss, accepted } = event;
          const step = stepsBefore + event.step;
          const perSecond = pace.add(1);
          yield {
            kind: 'step',
            step,
            totalSteps,
            loss: settings.lossOf(meanSampleLoss),
            accepted,
            imagesPerSecond: perSecond * normal.size,
            secondsLeft: (totalSteps - step) / perSecond,
          };
          if (!accepted) {
            const { rejectedSteps } = training.progress;
            yield { kind: 'unstable', step, rejectedSteps: settings.rejectedBefore + rejectedSteps };
          }
          // A checkpoint between a step and its evaluation would resume without the evaluation.
          if (event.step % run.evaluateEvery === 0 || event.step === stageSteps) continue;
          break;
        }
        case 'evaluation': {
          const { heldOut: heldOutLoss, best: reached, parameters } = event;
          const step = stepsBefore + event.step;
          if (!Number.isFinite(heldOutLoss)) {
            throw new JobError(
              'not-finite',
              `At step ${step} what is measured on held-out images is no longer a number; fit again with fewer steps or another seed.`,
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
            best: { loss: reached.heldOut, step: stepsBefore + reached.step },
          };
          break;
        }
        case 'finished': {
          // What follows takes a while: a run killed there has nothing to train again.
          yield await checkpoint();
          const step = stepsBefore + event.step;
          yield prepared.next === undefined
            ? { kind: 'finished', step, reason: event.reason }
            : { kind: 'next-stage', step };
          continue;
        }
      }
      if (signal.aborted) {
        yield await checkpoint();
        yield { kind: 'stopped', step: stepsBefore + training.step };
        return null;
      }
      if (performance.now() - savedAt >= settings.checkpointSeconds * 1000) yield await checkpoint();
    }
    const { best: reached, rejectedSteps } = training.progress;
    if (best === null || reached === null) throw new RangeError('a run ends with an evaluation');
    const { heldOut: heldOutLoss, step: bestStep } = reached;
    return { best, heldOutLoss, bestStep, steps: training.step, rejectedSteps };
  } finally {
    await training.dispose();
  }
}
