/** What happens in a job, put into what a window shows of it. */
import type { Job } from '../../../preload/contract.ts';
import type { EncoderEvent } from '../encoders/encoder-training-types.ts';
import type { FitJobEvent } from '../fit/fit-types.ts';
import type { RunningJob } from './running-job.ts';
import type { ScreenEvent } from '../screening/screen.ts';

/** Files that are named when they can no longer be read; a vanished drive would fill the list. */
const NAMED_FILES = 3;

type Training = Extract<Job, { kind: 'fit' | 'train-encoder' }>;
type TrainingEvent = Extract<
  FitJobEvent | EncoderEvent,
  { kind: 'compiling' | 'notice' | 'evaluation' | 'image-replaced' }
>;

/** What fits and trainings of encoders show alike. */
function showTrainingEvent(job: RunningJob<Training>, event: TrainingEvent): void {
  switch (event.kind) {
    case 'compiling':
      job.set({ phase: 'compiling' });
      return;
    case 'notice':
      job.notice(event.message);
      return;
    case 'evaluation':
      job.set({ heldOutLoss: event.heldOutLoss });
      return;
    case 'image-replaced':
      noticeReplaced(job, event);
      return;
  }
}

export function showFitEvent(job: RunningJob<Extract<Job, { kind: 'fit' }>>, event: FitJobEvent): void {
  switch (event.kind) {
    case 'compiling':
    case 'notice':
    case 'evaluation':
    case 'image-replaced':
      showTrainingEvent(job, event);
      return;
    case 'started': {
      const { runId, device, fromStep, steps, unit } = event;
      // What is computed has no steps to count.
      const total = steps === 0 ? null : steps;
      job.set({ phase: 'fitting', runId, device, unit, done: fromStep, total });
      return;
    }
    case 'step': {
      const { step, loss, imagesPerSecond, secondsLeft } = event;
      const shown = Number.isFinite(loss) ? { loss } : {};
      job.set({ done: step, imagesPerSecond, secondsLeft, ...shown });
      return;
    }
    case 'unstable':
      job.set({ unstable: true, rejectedSteps: event.rejectedSteps });
      return;
    case 'checkpoint-saved':
      return;
    case 'next-stage':
      job.set({ phase: 'fitting, next stage' });
      return;
    case 'finished':
      job.set({ phase: 'scoring held-out images', secondsLeft: null, imagesPerSecond: null });
      if (event.reason === 'no-improvement') {
        job.notice(`Ended at step ${event.step}: what is measured on held-out images no longer improves.`);
      }
      return;
  }
}

export function showEncoderEvent(
  job: RunningJob<Extract<Job, { kind: 'train-encoder' }>>,
  event: EncoderEvent,
): void {
  switch (event.kind) {
    case 'compiling':
    case 'notice':
    case 'evaluation':
    case 'image-replaced':
      showTrainingEvent(job, event);
      return;
    case 'started': {
      const { runId, device, fromStep, steps } = event;
      job.set({ phase: 'training', runId, device, done: fromStep, total: steps });
      return;
    }
    case 'step': {
      const { step, totalSteps, loss, imagesPerSecond, secondsLeft } = event;
      const phase = step === totalSteps ? 'trying it out' : 'training';
      job.set({ phase, done: step, imagesPerSecond, secondsLeft, ...(Number.isFinite(loss) && { loss }) });
      return;
    }
    case 'unstable':
      job.set({ rejectedSteps: event.rejectedSteps });
      if (event.rejectedSteps === 1)
        job.notice('Training is unstable: a step was rejected and changed nothing.');
      return;
  }
}

function noticeReplaced(
  job: RunningJob<Job>,
  { relativePath, reason, count }: { relativePath: string; reason: string; count: number },
): void {
  if (count <= NAMED_FILES) {
    job.notice(`Another image takes the place of "${relativePath}": ${reason}`);
  } else {
    job.notice('More files can no longer be read; other images take their places.');
  }
}

export function showScreenEvent(job: RunningJob<Extract<Job, { kind: 'screen' }>>, event: ScreenEvent): void {
  switch (event.kind) {
    case 'started': {
      const { runId, device, done, total } = event;
      job.set({ phase: 'scoring', runId, device, done, total });
      return;
    }
    case 'progress': {
      const { done, total, failed, imagesPerSecond, secondsLeft } = event;
      job.set({ done, total, failed, imagesPerSecond, secondsLeft });
      return;
    }
    case 'notice':
      job.notice(event.message);
      return;
    case 'finished':
      job.set({ done: event.done, failed: event.failed, secondsLeft: null });
      return;
  }
}
