import { z } from 'zod';
import { auditEntries } from '../api/audit/audit.ts';
import { wholeNumber } from './option-values.ts';
import type { Register } from './register.ts';
import { countText } from './terminal/numbers.ts';
import { left, right, table } from './terminal/table.ts';

const Options = z.object({
  search: z.string(),
  action: z.string().optional(),
  limit: z.number(),
  offset: z.number(),
});

export const registerAuditList: Register = (audit, run) => {
  audit
    .command('list')
    .description('lists what was done, the newest first')
    .option('--search <text>', 'only entries with this text', '')
    .option('--action <name>', 'only entries of this action, such as "threshold set"')
    .option('--limit <count>', 'entries to list', wholeNumber(1), 50)
    .option('--offset <count>', 'entries to leave out at the top', wholeNumber(0), 0)
    .action(
      run(async ({ open }, given: unknown) => {
        const { search, action, limit, offset } = Options.parse(given);
        const page = auditEntries(await open(), { search, action: action ?? null, limit, offset });
        const columns = [
          right('entry'),
          left('when'),
          left('who'),
          left('action'),
          left('of'),
          left('before'),
          left('after'),
          left('why'),
        ];
        const rows = page.rows.map((entry) => [
          String(entry.id),
          entry.at,
          entry.who,
          entry.action,
          entry.subject,
          entry.oldValue ?? '',
          entry.newValue ?? '',
          entry.reason ?? '',
        ]);
        return {
          json: { total: page.total, entries: page.rows },
          text:
            page.total === 0
              ? 'Nothing was done yet that matches.'
              : `${table(columns, rows)}\n\n${rows.length} of ${countText(page.total, 'entry', 'entries')}.`,
        };
      }),
    );
};
