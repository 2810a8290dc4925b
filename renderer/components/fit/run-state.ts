import type { Job, RunSummary } from '../../../preload/contract.ts';
import { countText } from '../../format.ts';

export type FitJob = Extract<Job, { kind: 'fit' }>;

export function statusText(status: RunSummary['status']): string {
  switch (status) {
    case 'running':
      return 'Running';
    case 'interrupted':
      return 'Paused';
    case 'done':
      return 'Done';
    case 'failed':
      return 'Failed';
  }
}

/** Where a run stands. The job knows better than the record, where there is one: the record is written later. */
export type RunState =
  | { readonly kind: 'running'; readonly stopping: boolean }
  | { readonly kind: 'paused'; readonly resumable: boolean; readonly reason: string | null }
  | { readonly kind: 'failed'; readonly resumable: boolean; readonly reason: string }
  | { readonly kind: 'done' };

const UNKNOWN_FAILURE = 'It failed; the log says why.';

export function runState(run: RunSummary, job: FitJob | null): RunState {
  if (job === null) return recordedState(run);
  switch (job.status) {
    case 'running':
      return { kind: 'running', stopping: false };
    case 'stopping':
      return { kind: 'running', stopping: true };
    case 'stopped':
      return { kind: 'paused', resumable: job.resumable, reason: null };
    case 'failed':
      return { kind: 'failed', resumable: job.resumable, reason: job.error?.message ?? UNKNOWN_FAILURE };
    case 'done':
      return { kind: 'done' };
  }
}

function recordedState({ status, resumable, error }: RunSummary): RunState {
  switch (status) {
    case 'running':
      // Another program is fitting it, or was: only that one can stop it.
      return { kind: 'running', stopping: false };
    case 'interrupted':
      return { kind: 'paused', resumable, reason: error };
    case 'failed':
      return { kind: 'failed', resumable, reason: error ?? UNKNOWN_FAILURE };
    case 'done':
      return { kind: 'done' };
  }
}

/** What rejected steps mean; null where there were none. */
export function rejectedSentence(rejected: number): string | null {
  if (rejected === 0) return null;
  return `${countText(rejected, 'step was', 'steps were')} left out: the numbers could not be used. A few do no harm.`;
}

export const UNSTABLE =
  'Training is unstable: many steps in a row gave numbers that cannot be used, so the model may not get better. ' +
  'Pause it and fit anew with another seed, a smaller preset, or without images that differ much from the rest.';
