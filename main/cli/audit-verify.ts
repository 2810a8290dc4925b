import { verifyAudit } from '../api/audit/audit.ts';
import { ServiceError } from '../api/service-error.ts';
import type { Register } from './register.ts';

export const registerAuditVerify: Register = (audit, run) => {
  audit
    .command('verify')
    .description('checks that no entry of the audit trail was changed or removed; ends with 1 where one was')
    .action(
      run(async ({ open }) => {
        const report = verifyAudit(await open());
        // A failure, so that scripts notice it by the exit code.
        if (!report.intact) throw new ServiceError('audit-broken', report.message);
        return { json: report, text: report.message };
      }),
    );
};
