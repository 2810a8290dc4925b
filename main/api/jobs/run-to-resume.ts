import type { z } from 'zod';
import type { Run } from '../../store/runs.ts';
import type { Context } from '../context.ts';
import { adoptAbandoned } from './record-failure.ts';
import { ServiceError } from '../service-error.ts';

const WORDS = {
  fit: { what: 'fit', title: 'Fit', again: 'fit again' },
  encoder: { what: 'training of an encoder', title: 'Training', again: 'train again' },
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

/**
 * What a run was started with, and on which dataset.
 * @throws ServiceError 'cannot-resume' where that was another version's
 */
export function startedWith<Plan>(
  { id, datasetId, settings }: Run,
  kind: keyof typeof WORDS,
  schema: z.ZodType<Plan>,
): { readonly plan: Plan; readonly datasetId: number } {
  const parsed = schema.safeParse(settings);
  if (parsed.success && datasetId !== null) return { plan: parsed.data, datasetId };
  throw new ServiceError(
    'cannot-resume',
    `Run ${id} was started with a flowscreen whose settings this one cannot read; ${WORDS[kind].again}.`,
    { cause: parsed.error },
  );
}

/** A sentence for a run that goes on elsewhere than where it began; null where it does not. */
export function movedNotice({ id, device: began }: Run, device: string): string | null {
  return began === device
    ? null
    : `Run ${id} began on ${began} and goes on on ${device}: its last digits will differ.`;
}
