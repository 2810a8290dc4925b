import type { AuditEntry } from '../../store/audit.ts';
import type { Context } from '../context.ts';
import { readReviewer } from '../settings.ts';

/** What people do here, in the words of the audit trail. */
export type Action =
  | 'dataset added'
  | 'dataset scanned'
  | 'dataset relinked'
  | 'dataset removed'
  | 'grouping changed'
  | 'sequence corrected'
  | 'encoder added'
  | 'encoder trained'
  | 'encoder removed'
  | 'model fitted'
  | 'model exported'
  | 'model imported'
  | 'model removed'
  | 'run started'
  | 'run stopped'
  | 'run resumed'
  | 'misfits screened'
  | 'misfits left out'
  | 'threshold set'
  | 'decision set'
  | 'decision undone'
  | 'settings changed'
  | 'report exported';

export interface NewAction {
  readonly action: Action;
  /** What it was done to: "model brain", "case 12 of screening 3". Never what identifies a patient. */
  readonly subject: string;
  readonly oldValue?: string | null;
  readonly newValue?: string | null;
  readonly reason?: string | null;
}

/**
 * Adds to the audit trail what the person does. Call it inside `ctx.store.transaction` together with the change itself, so
 * that neither is kept without the other.
 * @throws StoreError
 */
export function recordAction(
  ctx: Context,
  { action, subject, oldValue = null, newValue = null, reason = null }: NewAction,
): AuditEntry {
  return ctx.store.audit.append({ who: actor(ctx), action, subject, oldValue, newValue, reason });
}

/** The reviewer named in the settings, and the account of the machine where that is another name. */
function actor(ctx: Context): string {
  const reviewer = readReviewer(ctx);
  return reviewer === ctx.who ? reviewer : `${reviewer} (${ctx.who})`;
}
