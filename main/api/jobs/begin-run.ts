import type { NewRun, Run } from '../../store/runs.ts';
import { recordAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';

/**
 * A new run and its entry in the audit trail: both or neither.
 * @param subjectOf what the trail says of the run with that number
 */
export function beginRun(ctx: Context, run: NewRun, subjectOf: (runId: number) => string): Run {
  return ctx.store.transaction(() => {
    const begun = ctx.store.runs.start(run);
    recordAction(ctx, { action: 'run started', subject: subjectOf(begun.id) });
    return begun;
  });
}

/**
 * A run that goes on, and its entry in the audit trail.
 * @throws StoreError 'not-resumable' where another process works on it
 */
export function takeUpRun(ctx: Context, runId: number, subject: string): Run {
  return ctx.store.transaction(() => {
    recordAction(ctx, { action: 'run resumed', subject });
    return ctx.store.runs.resume(runId);
  });
}
