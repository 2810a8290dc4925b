import { auditEntries, verifyAudit } from '../audit/audit.ts';
import { os } from './base.ts';

export const auditHandlers = {
  entries: os.audit.entries.handler(({ context, input }) => auditEntries(context.services, input)),
  verify: os.audit.verify.handler(({ context }) => verifyAudit(context.services)),
};
