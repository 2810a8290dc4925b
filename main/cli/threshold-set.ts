import { z } from 'zod';
import { type SetThreshold, setThreshold } from '../api/ranking/threshold.ts';
import { NOTICE } from './notice.ts';
import { share } from './option-values.ts';
import type { Register } from './register.ts';
import { percentText, scoreText } from './terminal/numbers.ts';
import { facts } from './terminal/table.ts';

const Options = z.object({ score: z.string().optional(), falseAlarms: z.number(), reason: z.string() });

export const registerThresholdSet: Register = (threshold, run) => {
  threshold
    .command('set <model>', { isDefault: true })
    .description(
      'sets a threshold by the share of normal images that may be flagged; older versions are kept',
    )
    .requiredOption('--false-alarms <share>', 'accepted share: 0.01 or 1% for 1 in 100 normal images', share)
    .option('--score <name>', "score that is judged (default: the model's first)")
    .option('--reason <text>', 'why, for the history', 'none given')
    .action(
      run(async ({ open }, model: string, given: unknown) => {
        const { score, falseAlarms, reason } = Options.parse(given);
        const request = { model, score: score ?? null, falseAlarmRate: falseAlarms, reason };
        const set = await setThreshold(await open(), request);
        return { json: { notice: NOTICE, ...set }, text: thresholdText(set) };
      }),
    );
};

function thresholdText({ threshold, tooFew }: SetThreshold): string {
  const { model, scoreName, version, value, falseAlarmRate, ciLow, ciHigh, heldOutCount } = threshold;
  const interval = `95 % interval ${percentText(ciLow)} to ${percentText(ciHigh)}`;
  return [
    facts([
      ['model', model],
      ['score', scoreName],
      ['version', String(version)],
      ['threshold', scoreText(value)],
      [
        'false alarms',
        `${percentText(falseAlarmRate)} of ${heldOutCount} held-out normal images (${interval})`,
      ],
    ]),
    ...(tooFew
      ? [
          `${heldOutCount} held-out images are too few for so small a share: none of them is flagged, and the true share may be as high as ${percentText(ciHigh)}.`,
        ]
      : []),
    NOTICE,
  ].join('\n\n');
}
