/** What the benchmark of costs stores, and its part of the page of results. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { markdownTable } from '../markdown-table.ts';
import { storeFigures, storedFigures } from '../stored-figures.ts';

const detectorCost = z.strictObject({
  detector: z.string(),
  /** Gradient steps of a whole fit; null for what is computed in one go. */
  steps: z.number().int().nullable(),
  fitSeconds: z.number(),
  imagesPerSecond: z.number(),
  modelMb: z.number(),
  /** Of the process that fitted and scored, MB. */
  peakMb: z.number(),
});
/** What the process of one detector says. */
export const measuredCost = detectorCost;

const costSchema = z.strictObject({
  command: z.string(),
  date: z.iso.datetime(),
  processor: z.string(),
  device: z.string(),
  preset: z.string(),
  detectors: z.array(detectorCost).min(1),
});
export type CostFigures = z.infer<typeof costSchema>;

const NAME = 'cost';

export async function recordCost(folder: string, figures: CostFigures): Promise<void> {
  await storeFigures(folder, NAME, figures);
}

/**
 * Blocks of Markdown; none where nothing is stored.
 * @throws FiguresError when the file is malformed
 */
export async function costSection(folder: string): Promise<string[]> {
  const path = join(folder, `${NAME}.json`);
  if (!existsSync(path)) return [];
  const { command, processor, device, preset, detectors } = await storedFigures(path, costSchema);
  return [
    '## What each detector costs',
    `\`${command}\``,
    `Colour images of 32 × 32 pixels, 512 to fit on, preset ${preset}; ${device}, ${processor}. The time of a fit is that of all its steps at the median of a few, ` +
      'without the measures on held-out images in between. Detectors on features use the built-in filter bank, whose time is included. ' +
      'Memory is the most that the process had, the program itself included.',
    markdownTable(
      ['detector', 'steps', 'fit, s', 'images scored a second', 'model, MB', 'memory, MB'],
      detectors.map((each) => [
        each.detector,
        each.steps === null ? '' : each.steps.toLocaleString('en'),
        each.fitSeconds.toFixed(each.fitSeconds < 10 ? 1 : 0),
        each.imagesPerSecond.toFixed(0),
        each.modelMb.toFixed(each.modelMb < 10 ? 2 : 0),
        each.peakMb.toFixed(0),
      ]),
    ),
  ];
}
