import type { ChangedCase, Judgement, Verdict } from '../../store/decisions.ts';
import { recordAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import { ServiceError } from '../service-error.ts';
import { readReviewer } from '../settings.ts';

export interface DecisionRequest {
  readonly runId: number;
  readonly fileIds: readonly number[];
  /** Null takes the verdict back. */
  readonly verdict: Verdict | null;
  /** Null leaves the note as it is, an empty one takes it away. */
  readonly note: string | null;
  readonly reason: string | null;
}

/**
 * Decides on cases of a screening, all in one transaction with their entries in the audit trail.
 * @returns how many changed, and the number that undoes it; null where nothing changed
 * @throws ServiceError 'unknown-run' | 'unknown-file'
 */
export function setDecisions(
  ctx: Context,
  request: DecisionRequest,
): { changed: number; undoId: number | null } {
  const { runId, fileIds, verdict, note, reason } = request;
  return ctx.store.transaction(() => {
    refuseUnknown(ctx, runId, fileIds);
    const { id, cases } = ctx.store.decisions.set(runId, fileIds, { verdict, note }, readReviewer(ctx));
    for (const each of cases) {
      recordAction(ctx, { action: 'decision set', ...entryOf(runId, each), reason });
    }
    return { changed: cases.length, undoId: id };
  });
}

/**
 * Puts back what one change of decisions found, except where someone has decided anew since.
 * @throws ServiceError 'unknown-change'
 */
export function undoDecisions(ctx: Context, undoId: number): { changed: number } {
  return ctx.store.transaction(() => {
    const change = ctx.store.decisions.undo(undoId, readReviewer(ctx));
    if (change === undefined) {
      throw new ServiceError(
        'unknown-change',
        `There is no change of decisions with the number ${undoId}, so that nothing was undone.`,
      );
    }
    for (const each of change.cases) {
      recordAction(ctx, { action: 'decision undone', ...entryOf(change.runId, each) });
    }
    return { changed: change.cases.length };
  });
}

function refuseUnknown(ctx: Context, runId: number, fileIds: readonly number[]): void {
  if (ctx.store.runs.find(runId)?.kind !== 'screen') {
    throw new ServiceError('unknown-run', `There is no screening with the number ${runId}.`);
  }
  const unknown = fileIds.find((fileId) => !ctx.store.scores.isScreened(runId, fileId));
  if (unknown === undefined) return;
  throw new ServiceError(
    'unknown-file',
    `Case ${unknown} is not part of screening ${runId}, so that nothing was decided; open the screening's list again.`,
  );
}

function entryOf(runId: number, { fileId, before, after }: ChangedCase) {
  return {
    subject: `case ${fileId} of screening ${runId}`,
    oldValue: judgementText(before),
    newValue: judgementText(after),
  };
}

function judgementText({ verdict, note }: Judgement): string {
  return `${verdict ?? 'undecided'}${note === null ? '' : `, note: ${note}`}`;
}
