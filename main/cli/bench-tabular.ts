import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { TABULAR_DETECTORS, scoreTable } from '../../bench/tabular.ts';
import { type NumericTable, TableError, numericTable } from '../../bench/tabular/numeric-table.ts';
import { PRESETS } from '../../models/preset-name.ts';
import { graphsFolder } from '../api/context.ts';
import { openEnvironment } from '../jobs/environment.ts';
import type { Answer, Invocation, Runner } from './session.ts';
import { percentText } from './terminal/numbers.ts';
import { left, right, table as textTable } from './terminal/table.ts';
import { UsageError } from './usage-error.ts';

const Options = z.object({
  csv: z.string().min(1),
  label: z.string().min(1).optional(),
  preset: z.enum(PRESETS),
  seed: z.coerce.number().int().min(1),
});

/** Rows that are listed as text; all are in the JSON. */
const LISTED = 10;

export function registerBenchTabular(bench: Command, run: Runner): void {
  bench
    .command('tabular')
    .description('find the rows of a table of numbers whose columns go together as in no other row')
    .requiredOption('--csv <file>', 'numbers separated by commas, under a line of names')
    .option('--label <column>', 'the column that says which rows are anomalous: not 0')
    .addOption(new Option('--preset <name>', 'size of the flows').choices(PRESETS).default('quick'))
    .option('--seed <number>', 'of the split and of the weights', '1')
    .action(run((invocation, options: unknown) => benchTabular(invocation, Options.parse(options))));
}

async function benchTabular(
  { options, terminal }: Invocation,
  { csv, label, preset, seed }: z.infer<typeof Options>,
): Promise<Answer> {
  const results = await scoreTable({
    table: await tableOf(csv, label ?? null),
    detectors: label === undefined ? ['contrastive-flow'] : TABULAR_DETECTORS,
    preset,
    seed,
    environment: await openEnvironment(
      { device: options.device, graphs: graphsFolder(options.home) },
      terminal.say,
    ),
    report: (line) => terminal.say(line),
  });
  if (label !== undefined) {
    const rows = results.map(({ detector, auroc, seconds }) => [
      detector,
      auroc === null ? '' : percentText(auroc),
      `${Math.round(seconds)} s`,
    ]);
    return { json: results, text: textTable([left('detector'), right('AUROC'), right('time')], rows) };
  }
  const [{ scores } = { scores: [] }] = results;
  const worst = scores
    .map((score, index) => ({ score, line: index + 2 }))
    .sort((one, other) => other.score - one.score)
    .slice(0, LISTED)
    .map(({ score, line }) => [String(line), score.toFixed(2)]);
  return { json: results, text: textTable([right('line'), right('score, nats')], worst) };
}

async function tableOf(path: string, label: string | null): Promise<NumericTable> {
  try {
    return numericTable(await readFile(path, 'utf8'), label);
  } catch (error) {
    if (error instanceof TableError) throw new UsageError(error.message, { cause: error });
    throw new UsageError(`The table "${path}" cannot be read: give --csv the path of a text file.`, {
      cause: error,
    });
  }
}
