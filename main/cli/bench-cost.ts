import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { detectorCost } from '../../bench/cost.ts';
import { type CostFigures, measuredCost, recordCost } from '../../bench/cost/record.ts';
import { writeResultsPage } from '../../bench/results-page.ts';
import { METHODS } from '../../models/detectors/index.ts';
import { PRESETS } from '../../models/preset-name.ts';
import { graphsFolder } from '../api/context.ts';
import { openEnvironment } from '../jobs/environment.ts';
import type { Answer, Invocation, Runner } from './session.ts';
import { left, right, table } from './terminal/table.ts';

const IDS: readonly string[] = METHODS.map(({ id }) => id);

const Options = z.object({
  preset: z.enum(PRESETS),
  only: z.enum(IDS).optional(),
  record: z.string().min(1).optional(),
});

export function registerBenchCost(bench: Command, run: Runner): void {
  bench
    .command('cost')
    .description('time a fit and the scoring of every detector, with its size and memory')
    .addOption(new Option('--preset <preset>', 'of each fit').choices(PRESETS).default('quick'))
    .addOption(new Option('--only <detector>', 'measure one, in this process').choices(IDS))
    .option('--record <folder>', 'store the figures and the page of results in this docs folder')
    .action(run((invocation, options: unknown) => benchCost(invocation, Options.parse(options))));
}

async function benchCost(
  { options, terminal, signal }: Invocation,
  { preset, only, record }: z.infer<typeof Options>,
): Promise<Answer> {
  const environment = await openEnvironment(
    { device: options.device, graphs: graphsFolder(options.home) },
    (message) => terminal.say(message),
  );
  if (only !== undefined) {
    const cost = await detectorCost(environment, only, preset);
    // Kilobytes, whatever the system.
    const figures = { ...cost, peakMb: process.resourceUsage().maxRSS / 1000 };
    return { json: figures, text: costText([figures]) };
  }
  const detectors: CostFigures['detectors'] = [];
  const [, cli = ''] = process.argv;
  for (const id of IDS) {
    terminal.say(id);
    // In a process of its own, so that its memory is that of this detector alone.
    const args = ['--home', options.home, '--device', options.device, '--json', '--quiet'];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [cli, ...args, 'bench', 'cost', '--preset', preset, '--only', id],
      { signal },
    );
    detectors.push(measuredCost.parse(JSON.parse(stdout)));
  }
  const figures: CostFigures = {
    command: `flowscreen bench cost --preset ${preset} --device ${options.device}`,
    date: new Date().toISOString(),
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    device: environment.device.label,
    preset,
    detectors,
  };
  if (record !== undefined) {
    await recordCost(join(record, 'results', 'cost'), figures);
    await writeResultsPage(record);
  }
  return { json: figures, text: costText(detectors) };
}

function costText(detectors: CostFigures['detectors']): string {
  const columns = [
    left('detector'),
    right('steps'),
    right('fit, s'),
    right('images/s'),
    right('model, MB'),
    right('memory, MB'),
  ];
  const rows = detectors.map(({ detector, steps, fitSeconds, imagesPerSecond, modelMb, peakMb }) => [
    detector,
    steps === null ? '' : String(steps),
    fitSeconds.toFixed(1),
    imagesPerSecond.toFixed(0),
    modelMb.toFixed(2),
    peakMb.toFixed(0),
  ]);
  return table(columns, rows);
}
