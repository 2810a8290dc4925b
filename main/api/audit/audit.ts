import type { AuditEntry, AuditFilter } from '../../store/audit.ts';
import type { Context } from '../context.ts';

export interface AuditPage {
  readonly total: number;
  readonly rows: AuditEntry[];
  /** Every action that occurs in the trail, whatever the filter. */
  readonly actions: string[];
}

/** Entries of the audit trail, newest first. */
export function auditEntries(ctx: Context, page: AuditFilter & { offset: number; limit: number }): AuditPage {
  return { ...ctx.store.audit.page(page), actions: ctx.store.audit.actions() };
}

export interface AuditReport {
  readonly intact: boolean;
  readonly entries: number;
  readonly firstBroken: number | null;
  /** The same as a sentence. */
  readonly message: string;
}

/** Recomputes the chain of the whole audit trail. */
export function verifyAudit(ctx: Context): AuditReport {
  const { entries, firstBroken } = ctx.store.audit.verify();
  const count = entries === 1 ? '1 entry' : `${entries.toLocaleString('en-US')} entries`;
  return {
    intact: firstBroken === null,
    entries,
    firstBroken,
    message:
      firstBroken === null
        ? `The audit trail is intact: ${count}, none changed, missing or out of order.`
        : `The audit trail is broken at entry ${firstBroken}: it was changed or removed outside flowscreen; compare it with a backup of the database.`,
  };
}
