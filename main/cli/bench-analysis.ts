import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { AccuracyRequest } from '../../bench/accuracy/request.ts';
import { ANALYSES, ANALYSIS_NAMES } from '../../bench/analysis/analyses.ts';
import type { Finding } from '../../bench/analysis/analysis.ts';
import { analysisModels } from '../../bench/analysis/models.ts';
import { recordAnalysis } from '../../bench/analysis/record.ts';
import { writeResultsPage } from '../../bench/results-page.ts';
import { PRESETS } from '../../models/preset-name.ts';
import { graphsFolder } from '../api/context.ts';
import { openEnvironment } from '../jobs/environment.ts';
import type { Answer, Invocation, Runner } from './session.ts';
import { left, right, table } from './terminal/table.ts';

const Options = z.object({
  only: z.enum(ANALYSIS_NAMES).optional(),
  preset: z.enum(PRESETS),
  seeds: z.coerce.number().int().min(1).max(100),
  tested: z.coerce.number().int().min(16),
  data: z.string().min(1),
  record: z.string().min(1).optional(),
});

export function registerBenchAnalysis(bench: Command, run: Runner): void {
  bench
    .command('analysis')
    .description('look into what the likelihood of a Glow is about, with the analyses of the paper')
    .addOption(new Option('--only <name>', 'one analysis').choices(ANALYSIS_NAMES))
    .addOption(new Option('--preset <name>', 'size of the models').choices(PRESETS).default('quick'))
    .option('--seeds <number>', 'models, each fitted from another seed', '3')
    .option('--tested <number>', 'images of each side', '400')
    .requiredOption('--data <folder>', 'folder that holds the unpacked image sets (see docs/benchmarks.md)')
    .option('--record <folder>', 'write the figures and the page of results into this docs folder')
    .action(run((invocation, options: unknown) => benchAnalysis(invocation, Options.parse(options))));
}

interface Analysed {
  readonly analysis: string;
  readonly findings: readonly Finding[];
}

async function benchAnalysis(
  { options, terminal }: Invocation,
  { only, preset, seeds, tested, data, record }: z.infer<typeof Options>,
): Promise<Answer> {
  const request: AccuracyRequest = {
    preset,
    seeds: Array.from({ length: seeds }, (_, index) => index + 1),
    data,
    cache: join(options.home, 'bench'),
    environment: await openEnvironment(
      { device: options.device, graphs: graphsFolder(options.home) },
      terminal.say,
    ),
    report: (line) => terminal.say(line),
    command: `flowscreen bench analysis --preset ${preset} --seeds ${seeds} --tested ${tested} --device ${options.device}`,
  };
  const { dataFingerprint, ...input } = await analysisModels(request, tested);
  const done: Analysed[] = [];
  for (const name of only === undefined ? ANALYSIS_NAMES : [only]) {
    const analysis = ANALYSES[name];
    const { title, about } = analysis;
    terminal.say(title);
    const begun = performance.now();
    const { findings, images } = await analysis.run(input);
    done.push({ analysis: name, findings });
    if (record === undefined) continue;
    await recordAnalysis(
      join(record, 'results', 'analysis'),
      {
        analysis: name,
        title,
        about,
        preset,
        seeds: [...request.seeds],
        tested,
        device: request.environment.device.label,
        seconds: (performance.now() - begun) / 1000,
        dataFingerprint,
        command: `${request.command} --only ${name}`,
        findings: [...findings],
      },
      images,
      input.shape,
    );
  }
  if (record !== undefined) await writeResultsPage(record);
  const rows = done.flatMap(({ analysis, findings }) =>
    findings.map(({ what, value, published }) => [
      analysis,
      what,
      value.toFixed(3),
      published === null ? '' : published.toFixed(2),
    ]),
  );
  const columns = [left('analysis'), left('what'), right('value'), right('paper, full size')];
  return { json: done, text: table(columns, rows) };
}
