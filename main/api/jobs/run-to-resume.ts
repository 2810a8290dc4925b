import type { Run } from '../../store/runs.ts';
import type { Context } from '../context.ts';
import { adoptAbandoned } from './record-failure.ts';
import { ServiceError } from '../service-error.ts';

const WORDS = {
  fit: { what: 'fit', title: 'Fit' },
  encoder: { what: 'training of an encoder', title: 'Training' },
} as const;

/**
 * The run of that number that is not finished, or the latest that was interrupted or failed.
 * @throws ServiceError 'nothing-to-resume' | 'unknown-run'
 */
export function runToResume(ctx: Context, kind: keyof typeof WORDS, runId: number | 'latest'): Run {
  const { what, title } = WORDS[kind];
  adoptAbandoned(ctx);
  const runs = ctx.store.runs.list({ kind });
  if (runId === 'latest') {
    const latest = runs.find(({ status }) => status === 'interrupted' || status === 'failed');
    if (latest !== undefined) return latest;
    throw new ServiceError('nothing-to-resume', `No ${what} was interrupted; start a new one.`);
  }
  const run = runs.find(({ id }) => id === runId);
  if (run === undefined) {
    throw new ServiceError('unknown-run', `There is no ${what} with the number ${runId}.`);
  }
  if (run.status !== 'done') return run;
  throw new ServiceError('nothing-to-resume', `${title} ${runId} is finished; start a new one.`);
}

/** A sentence for a run that goes on elsewhere than where it began; null where it does not. */
export function movedNotice({ id, device: began }: Run, device: string): string | null {
  return began === device
    ? null
    : `Run ${id} began on ${began} and goes on on ${device}: its last digits will differ.`;
}
