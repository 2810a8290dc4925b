import { registerAuditList } from './audit-list.ts';
import { registerAuditVerify } from './audit-verify.ts';
import type { Register } from './register.ts';

export const registerAudit: Register = (program, run) => {
  const audit = program.command('audit').description('who did what, and when');
  registerAuditList(audit, run);
  registerAuditVerify(audit, run);
};
