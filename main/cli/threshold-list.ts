import { z } from 'zod';
import { type ModelThreshold, listThresholds } from '../api/ranking/threshold.ts';
import { NOTICE } from './notice.ts';
import type { Register } from './register.ts';
import { percentText, scoreText } from './terminal/numbers.ts';
import { left, right, table } from './terminal/table.ts';

const Options = z.object({ score: z.string().optional() });

export const registerThresholdList: Register = (threshold, run) => {
  threshold
    .command('list <model>')
    .description('lists every version of the thresholds of a model, the newest first')
    .option('--score <name>', 'of one score only')
    .action(
      run(async ({ open }, model: string, given: unknown) => {
        const { score } = Options.parse(given);
        const thresholds = await listThresholds(await open(), {
          model,
          ...(score !== undefined && { score }),
        });
        const text =
          thresholds.length === 0
            ? `No threshold is set for "${model}".`
            : `${listText(thresholds)}\n\n${NOTICE}`;
        return { json: { notice: NOTICE, thresholds }, text };
      }),
    );
};

function listText(thresholds: readonly ModelThreshold[]): string {
  const columns = [
    left('score'),
    right('version'),
    right('threshold'),
    right('false alarms'),
    left('95 % interval'),
    right('held out'),
    left('when'),
    left('who'),
    left('why'),
  ];
  const rows = thresholds.map((each) => [
    each.scoreName,
    String(each.version),
    scoreText(each.value),
    percentText(each.falseAlarmRate),
    `${percentText(each.ciLow)} – ${percentText(each.ciHigh)}`,
    String(each.heldOutCount),
    each.createdAt,
    each.createdBy,
    each.reason,
  ]);
  return table(columns, rows);
}
