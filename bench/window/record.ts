/** What the benchmark of the window stores, and its part of the page of results. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { markdownTable } from '../markdown-table.ts';
import { storeFigures, storedFigures } from '../stored-figures.ts';

/** The processes that wanted a core in the minute before the measurement. */
const load = z.number();
const spread = z.strictObject({
  load,
  count: z.number().int(),
  median: z.number(),
  p95: z.number(),
  max: z.number(),
});

const windowSchema = z.strictObject({
  date: z.iso.datetime(),
  processor: z.string(),
  cores: z.number().int(),
  browser: z.string(),
  rows: z.number().int(),
  targets: z.strictObject({
    opening: z.number(),
    frame: z.number(),
    case: z.number(),
    task: z.number(),
  }),
  opening: z.strictObject({ times: z.array(z.number()).min(1), load }),
  frames: spread,
  cases: spread,
  training: z.strictObject({
    views: z.array(z.strictObject({ view: z.string(), longest: z.number(), long: z.number().int() })).min(1),
    load,
  }),
  met: z.strictObject({ opening: z.boolean(), frame: z.boolean(), case: z.boolean(), task: z.boolean() }),
});
/** Times in ms. */
export type WindowFigures = z.infer<typeof windowSchema>;

const recordSchema = windowSchema.extend({ command: z.string() });

const NAME = 'window';

export async function recordWindow(folder: string, command: string, figures: WindowFigures): Promise<void> {
  await storeFigures(folder, NAME, { command, ...figures });
}

/** The view with the longest task while a fit runs. */
export function worstView({ training }: WindowFigures): WindowFigures['training']['views'][number] {
  return training.views.reduce((worst, view) => (view.longest > worst.longest ? view : worst));
}

/**
 * Blocks of Markdown; none where nothing is stored.
 * @throws FiguresError when the file is malformed
 */
export async function windowSection(folder: string): Promise<string[]> {
  const path = join(folder, `${NAME}.json`);
  if (!existsSync(path)) return [];
  const figures = await storedFigures(path, recordSchema);
  const { opening, frames, cases, training, targets, met } = figures;
  const worst = worstView(figures);
  const row = (what: string, measured: number, target: number, isMet: boolean, busy: number) => [
    what,
    String(measured),
    String(target),
    isMet ? 'yes' : 'NO',
    String(busy),
  ];
  const rows = [
    row(
      `first rows of the list, slowest of ${opening.times.length} openings`,
      Math.max(...opening.times),
      targets.opening,
      met.opening,
      opening.load,
    ),
    row(`a frame of scrolling, 95 % of ${frames.count}`, frames.p95, targets.frame, met.frame, frames.load),
    row(`from case to case, 95 % of ${cases.count}`, cases.p95, targets.case, met.case, cases.load),
    row(
      `longest task while a fit runs (${worst.view})`,
      worst.longest,
      targets.task,
      met.task,
      training.load,
    ),
  ];
  return [
    '## The window',
    `\`${figures.command}\``,
    `A list of ${figures.rows.toLocaleString('en')} images in ${figures.browser}, the program beside it (${figures.processor}, ${figures.cores} cores). ` +
      'Load: the processes that wanted a core in the minute before. Stored in [results/window/](results/window/).',
    markdownTable(['what', 'measured, ms', 'target, ms', 'met', 'load'], rows),
  ];
}
