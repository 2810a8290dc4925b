import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { measureDecoding } from '../../bench/decode.ts';
import { DECODE_TARGET, recordDecode } from '../../bench/decode/record.ts';
import { writeResultsPage } from '../../bench/results-page.ts';
import type { Answer, Invocation, Runner } from './session.ts';
import { left, right, table } from './terminal/table.ts';

const Options = z.object({
  data: z.string().min(1),
  rounds: z.coerce.number().int().min(5),
  record: z.string().min(1).optional(),
});

export function registerBenchDecode(bench: Command, run: Runner): void {
  bench
    .command('decode')
    .description(
      'time compressed DICOM files from their bytes to what a detector sees, beside the codec alone',
    )
    .requiredOption('--data <folder>', 'folder of DICOM files')
    .option('--rounds <number>', 'turns each; the medians count', '50')
    .option('--record <folder>', 'store the figures and the page of results in this docs folder')
    .action(run((invocation, options: unknown) => benchDecode(invocation, Options.parse(options))));
}

async function benchDecode(
  { terminal }: Invocation,
  { data, rounds, record }: z.infer<typeof Options>,
): Promise<Answer> {
  const figures = await measureDecoding({ data, rounds, report: (line) => terminal.say(line) });
  if (record !== undefined) {
    const command = `flowscreen bench decode --data dicom --rounds ${rounds}`;
    await recordDecode(join(record, 'results', 'decode'), command, figures);
    await writeResultsPage(record);
  }
  const columns = [left('file'), left('codec'), right('codec, ms'), right('in all, ms'), right('share')];
  const rows = figures.files.map(({ file, codec, codecMs, wholeMs, share }) => [
    file,
    codec,
    codecMs.toFixed(2),
    wholeMs.toFixed(2),
    `${(share * 100).toFixed(0)} %${share < DECODE_TARGET ? ' (below)' : ''}`,
  ]);
  return { json: figures, text: table(columns, rows) };
}
