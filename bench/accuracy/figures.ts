/** Figures of accuracy benchmarks as they are stored, and their part of the page of results. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { markdownTable } from '../markdown-table.ts';
import { storeFigures, storedFigures } from '../stored-figures.ts';

export const figureSchema = z.strictObject({
  suite: z.string(),
  detector: z.string(),
  score: z.string(),
  inDistribution: z.string(),
  outDistribution: z.string(),
  /** Mean over seeds, in [0, 1]. */
  auroc: z.number(),
  /** 95 % bootstrap interval of that mean over the tested images. */
  ciLow: z.number(),
  ciHigh: z.number(),
  /** One value per seed, in the order of `seeds`. */
  aurocBySeed: z.array(z.number()),
  seeds: z.array(z.number().int()),
  /** Of the in-distribution test images under the in-distribution model, mean over seeds. */
  bitsPerDim: z.number(),
  tested: z.strictObject({ inDistribution: z.number().int(), outDistribution: z.number().int() }),
  preset: z.string(),
  device: z.string(),
  /** Fitting and scoring of all seeds together. */
  seconds: z.number(),
  dataFingerprint: z.string(),
  command: z.string(),
});
export type Figure = z.infer<typeof figureSchema>;

/** What the paper reports for the same quantity at its own size, AUROC in [0, 1]. */
export type Published = (figure: Figure) => number | null;

export async function writeFigures(
  folder: string,
  suite: string,
  preset: string,
  figures: Figure[],
): Promise<string> {
  return storeFigures(folder, `${suite}-${preset}`, figures);
}

const COLUMNS = ['score', 'AUROC', '95 % interval', 'by seed', 'the paper, at its size'];

/**
 * Blocks of Markdown, from every stored file of figures.
 * @throws FiguresError when a file is malformed
 */
export async function accuracySection(folder: string, published: Published): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const blocks: string[] = [];
  for (const name of files) {
    const figures = await storedFigures(join(folder, name), z.array(figureSchema));
    const [first] = figures;
    if (first !== undefined) blocks.push(...suite(first, figures, published));
  }
  if (blocks.length === 0) return [];
  return [
    'AUROC in %, mean over seeds, with the 95 % bootstrap interval over the tested images. 50 is chance; higher scores mean more anomalous.',
    ...blocks,
  ];
}

function suite(first: Figure, figures: readonly Figure[], published: Published): string[] {
  const percent = (value: number) => (value * 100).toFixed(1);
  const rows = figures.map((figure) => {
    const paper = published(figure);
    const seeds = figure.aurocBySeed.map(percent).join(', ');
    return [
      figure.score,
      percent(figure.auroc),
      `${percent(figure.ciLow)} – ${percent(figure.ciHigh)}`,
      seeds,
      paper === null ? '' : percent(paper),
    ];
  });
  return [
    `## ${first.suite}, preset ${first.preset}: ${first.inDistribution} in, ${first.outDistribution} out`,
    `\`${first.command}\``,
    `${first.detector}; ${first.bitsPerDim.toFixed(3)} bits/dim on the ${first.tested.inDistribution} tested in-distribution images; ` +
      `${first.tested.outDistribution} out-of-distribution images; seeds ${first.seeds.join(', ')}; ${first.device}; ` +
      `${Math.round(first.seconds)} s in all; data ${first.dataFingerprint.slice(0, 12)}.`,
    markdownTable(COLUMNS, rows),
    verdict(figures),
  ];
}

/** What a reader should not have to work out: which scores are of no use at this size. */
function verdict(figures: readonly Figure[]): string {
  const names = (kept: readonly Figure[]) => kept.map(({ score }) => score).join(', ');
  const wrong = figures.filter(({ ciHigh }) => ciHigh < 0.5);
  if (wrong.length === 0) return 'Every score points the right way or cannot be told from chance.';
  const all = wrong.length === figures.length;
  return (
    `At this size ${all ? 'every score points' : `${names(wrong)} point`} the wrong way: below 50, the out-of-distribution images are ` +
    'found more normal than the normal ones. Do not use such a score to find anomalies; fit longer, or with a larger preset.'
  );
}
