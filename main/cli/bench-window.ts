import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { writeResultsPage } from '../../bench/results-page.ts';
import { measureWindow } from '../../bench/window.ts';
import { type WindowFigures, recordWindow, worstView } from '../../bench/window/record.ts';
import type { Spread } from '../../bench/window/spread.ts';
import type { Answer, Invocation, Runner } from './session.ts';
import { facts } from './terminal/table.ts';

const Options = z.object({
  rows: z.coerce.number().int().min(100),
  openings: z.coerce.number().int().min(1),
  cases: z.coerce.number().int().min(1),
  seconds: z.coerce.number().min(1),
  record: z.string().min(1).optional(),
});

export function registerBenchWindow(bench: Command, run: Runner): void {
  bench
    .command('window')
    .description(
      'time the window in a Chromium of this machine: a long list, cases, and work while a fit runs',
    )
    .option('--rows <number>', 'images of the long list', '100000')
    .option(
      '--openings <number>',
      'how often it is opened, each time in a new window; the slowest counts',
      '3',
    )
    .option('--cases <number>', 'cases to go through; 39 at the most', '39')
    .option('--seconds <number>', 'how long the list is scrolled', '8')
    .option('--record <folder>', 'store the figures and the page of results in this docs folder')
    .action(run((invocation, options: unknown) => benchWindow(invocation, Options.parse(options))));
}

async function benchWindow(
  { terminal, signal }: Invocation,
  { rows, openings, cases, seconds, record }: z.infer<typeof Options>,
): Promise<Answer> {
  const [, cli = ''] = process.argv;
  const figures = await measureWindow({
    cli,
    rows,
    openings,
    cases,
    scrollSeconds: seconds,
    signal,
    report: (line) => terminal.say(line),
  });
  if (record !== undefined) {
    const command = `flowscreen bench window --rows ${rows} --openings ${openings} --cases ${cases} --seconds ${seconds}`;
    await recordWindow(join(record, 'results', 'window'), command, figures);
    await writeResultsPage(record);
  }
  return { json: figures, text: windowText(figures) };
}

function windowText(figures: WindowFigures): string {
  const { rows, opening, frames, cases, training, targets, met } = figures;
  const verdict = (isMet: boolean, target: number) => `${isMet ? 'within' : 'ABOVE'} ${target} ms`;
  const spread = ({ p95, median, max }: Spread) => `${p95} ms (median ${median}, longest ${max})`;
  const worst = worstView(figures);
  return facts([
    [
      `first of ${rows} rows`,
      `${Math.max(...opening.times)} ms, ${verdict(met.opening, targets.opening)}; load ${opening.load}`,
    ],
    ['a frame, 95 %', `${spread(frames)}, ${verdict(met.frame, targets.frame)}; load ${frames.load}`],
    ['case to case, 95 %', `${spread(cases)}, ${verdict(met.case, targets.case)}; load ${cases.load}`],
    [
      'longest task while a fit runs',
      `${worst.longest} ms (${worst.view}), ${verdict(met.task, targets.task)}; load ${training.load}`,
    ],
  ]);
}
