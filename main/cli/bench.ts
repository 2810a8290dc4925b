import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { type Figure, writeFigures } from '../../bench/accuracy/figures.ts';
import { type RecordedSeeds, joinedSeeds, recordedSeeds } from '../../bench/accuracy/joined-seeds.ts';
import { SUITES, SUITE_NAMES, published } from '../../bench/accuracy/suites.ts';
import { writeResultsPage } from '../../bench/results-page.ts';
import {
  type Comparison,
  compareSpeed,
  measurePeer,
  recordComparison,
} from '../../bench/speed-comparison.ts';
import { type SpeedRequest, compileForSpeed, measureSpeed } from '../../bench/speed.ts';
import { PRESETS } from '../../models/preset-name.ts';
import { graphsFolder } from '../api/context.ts';
import { openDevice } from '../engine/devices.ts';
import { openEnvironment } from '../jobs/environment.ts';
import { registerBenchAnalysis } from './bench-analysis.ts';
import { registerBenchCost } from './bench-cost.ts';
import { registerBenchDecode } from './bench-decode.ts';
import { registerBenchScan } from './bench-scan.ts';
import { registerBenchTabular } from './bench-tabular.ts';
import { registerBenchWindow } from './bench-window.ts';
import type { Answer, Invocation, Runner } from './session.ts';
import { percentText } from './terminal/numbers.ts';
import { facts, left, right, table } from './terminal/table.ts';
import { UsageError } from './usage-error.ts';
import { version } from '../api/package.ts';

const SpeedOptions = z.object({
  steps: z.coerce.number().int().min(1),
  hidden: z.coerce.number().int().min(1),
  batch: z.coerce.number().int().min(1),
  size: z.coerce.number().int().multipleOf(8),
  repeat: z.coerce.number().int().min(1),
  peer: z.string().min(1).optional(),
  rounds: z.coerce.number().int().min(1),
  record: z.string().min(1).optional(),
});

const AccuracyOptions = z.object({
  suite: z.enum(SUITE_NAMES),
  preset: z.enum(PRESETS),
  seeds: z.coerce.number().int().min(1).max(100),
  firstSeed: z.coerce.number().int().min(1).max(100),
  data: z.string().min(1),
  record: z.string().min(1).optional(),
});

const ExposureOptions = AccuracyOptions.omit({ suite: true });

export function registerBench(program: Command, run: Runner): void {
  const bench = program.command('bench').description('measure speed and accuracy on this machine');
  for (const mode of ['train', 'score'] as const) {
    const what = mode === 'train' ? 'one training step' : 'scoring one batch';
    bench
      .command(mode)
      .description(`time ${what} of a Glow on random images, compiling and loading apart`)
      .option('--steps <number>', 'flow steps per scale', '8')
      .option('--hidden <number>', 'hidden channels', '64')
      .option('--batch <number>', 'images per batch', '32')
      .option('--size <pixels>', 'image side', '32')
      .option('--repeat <number>', 'runs; the median counts', '5')
      .option('--peer <command>', 'another program that does the same work; both take turns')
      .option('--rounds <number>', 'turns each', '3')
      .option('--record <folder>', 'store the comparison and the page of results in this docs folder')
      .action(run((invocation, options: unknown) => speed(mode, invocation, SpeedOptions.parse(options))));
  }
  const accuracyOptions = (command: Command) =>
    command
      .addOption(new Option('--preset <name>', 'size of the models').choices(PRESETS).default('quick'))
      .option('--seeds <number>', 'how many times, each from another seed', '3')
      .option('--first-seed <number>', 'begin with this one, where those before it are recorded', '1')
      .requiredOption('--data <folder>', 'folder that holds the unpacked image sets (see docs/benchmarks.md)')
      .option('--record <folder>', 'write the figures and the page of results into this docs folder');
  accuracyOptions(
    bench
      .command('accuracy')
      .description('fit and test on public image sets, beside the published numbers')
      .addOption(new Option('--suite <name>', 'what to test').choices(SUITE_NAMES).default('cifar-svhn')),
  ).action(run((invocation, options: unknown) => accuracy(invocation, AccuracyOptions.parse(options))));
  accuracyOptions(
    bench
      .command('exposure')
      .description('how well anomalies are found with 1, 4, 16, … exposure images to learn from'),
  ).action(
    run((invocation, options: unknown) =>
      accuracy(invocation, { ...ExposureOptions.parse(options), suite: 'exposure' }),
    ),
  );
  registerBenchAnalysis(bench, run);
  registerBenchWindow(bench, run);
  registerBenchScan(bench, run);
  registerBenchTabular(bench, run);
  registerBenchDecode(bench, run);
  registerBenchCost(bench, run);
}

async function speed(
  mode: SpeedRequest['mode'],
  { options, terminal, signal }: Invocation,
  { peer, rounds, record, ...settings }: z.infer<typeof SpeedOptions>,
): Promise<Answer> {
  const folder = graphsFolder(options.home);
  const device = await openDevice(options.device, (message) => terminal.say(message));
  const request: SpeedRequest = { mode, device: device.kind, ...settings };
  await mkdir(folder, { recursive: true });
  const { graph, ...compiled } = await compileForSpeed(request, folder, device);
  // In a process of its own, so that its memory is that of the measured work alone.
  const measure = () => measureSpeed(request, graph, version, signal);
  if (peer !== undefined) {
    const comparison: Comparison = {
      command: `flowscreen bench ${mode} --steps ${settings.steps} --hidden ${settings.hidden} --batch ${settings.batch} --rounds ${rounds} --peer "${basename(peer)}"`,
      device: device.label,
      processor: cpus()[0]?.model.trim() ?? 'unknown processor',
      compileMs: compiled.compile_ms,
      ...(await compareSpeed(measure, () => measurePeer(peer, request, signal), rounds)),
    };
    if (record !== undefined) {
      const folderOfResults = join(record, 'results');
      await recordComparison(join(folderOfResults, 'speed'), comparison);
      await writeResultsPage(record);
    }
    const text = `${comparison.speedRatio.toFixed(2)}× the speed of the peer, ${comparison.memoryRatio.toFixed(2)}× less memory`;
    return { json: comparison, text };
  }
  const measured = await measure();
  const json = { ...measured, ...compiled };
  const text = facts([
    ['time per batch', `${measured.ms_per_step} ms`],
    ['images per second', String(measured.images_per_s)],
    ['parameters', String(measured.params)],
    ['peak memory', `${measured.peak_mb} MB`],
    [
      'compiling',
      compiled.compile_ms === null ? 'not needed, the graph was cached' : `${compiled.compile_ms} ms`,
    ],
  ]);
  return { json, text };
}

async function accuracy(
  { options, terminal, signal }: Invocation,
  { suite, preset, seeds, firstSeed, data, record }: z.infer<typeof AccuracyOptions>,
): Promise<Answer> {
  const { run, seedsJoin } = SUITES[suite];
  if (firstSeed > seeds) throw new UsageError(`--first-seed ${firstSeed} is beyond --seeds ${seeds}.`);
  const folder = record === undefined ? null : join(record, 'results');
  const earlier = firstSeed === 1 ? null : await seedsBefore(firstSeed, { suite, preset, folder, seedsJoin });
  const measured = await run({
    preset,
    seeds: Array.from({ length: seeds - firstSeed + 1 }, (_, index) => firstSeed + index),
    data,
    cache: join(options.home, 'bench'),
    environment: await openEnvironment(
      { device: options.device, graphs: graphsFolder(options.home) },
      terminal.say,
    ),
    report: (line) => terminal.say(line),
    command: `flowscreen bench accuracy --suite ${suite} --preset ${preset} --seeds ${seeds} --device ${options.device}`,
    signal,
  });
  const figures = earlier === null ? measured : joinedSeeds(earlier, measured);
  if (record !== undefined && folder !== null) {
    await writeFigures(folder, suite, preset, figures);
    await writeResultsPage(record);
  }
  return { json: figures, text: accuracyText(figures) };
}

function seedsBefore(
  firstSeed: number,
  from: { suite: string; preset: string; folder: string | null; seedsJoin: boolean },
): Promise<RecordedSeeds> {
  if (from.folder === null) {
    throw new UsageError('--first-seed joins seeds to what is recorded: name that folder with --record.');
  }
  if (!from.seedsJoin) {
    throw new UsageError(`The suite ${from.suite} needs all its seeds in one run: leave out --first-seed.`);
  }
  return recordedSeeds(from.folder, from.suite, from.preset, firstSeed);
}

function accuracyText(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const paper = published(figure);
    return [
      figure.detector,
      figure.inDistribution,
      figure.outDistribution,
      figure.score,
      percentText(figure.auroc),
      `${percentText(figure.ciLow)} – ${percentText(figure.ciHigh)}`,
      figure.bitsPerDim === null ? '' : figure.bitsPerDim.toFixed(3),
      paper === null ? '' : percentText(paper),
    ];
  });
  const columns = [
    left('detector'),
    left('in-distribution'),
    left('out'),
    left('score'),
    right('AUROC'),
    left('95 % interval'),
    right('bits/dim'),
    right('paper, full size'),
  ];
  const [first] = figures;
  const heading = first === undefined ? '' : `${first.suite}, preset ${first.preset}`;
  return [heading, table(columns, rows), 'Not for diagnostic use.'].join('\n');
}
