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
  /** False where `auroc` is another share of 1, which `score` names: a half is not chance then. */
  isAuroc: z.literal(false).optional(),
  /** 95 % bootstrap interval of that mean over the tested images. */
  ciLow: z.number(),
  ciHigh: z.number(),
  /** One value per seed, in the order of `seeds`. */
  aurocBySeed: z.array(z.number()),
  seeds: z.array(z.number().int()),
  /** Of the in-distribution test images under the in-distribution model, mean over seeds; null where the detector is no likelihood. */
  bitsPerDim: z.number().nullable(),
  /** What else was measured, by name: of a problem whose answer is known exactly, how far from it. */
  measured: z.record(z.string(), z.number()).optional(),
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

/** What a table says of each figure; what is the same for all of them is said above it. */
const VARYING = [
  ['detector', ({ detector }: Figure) => detector],
  ['in distribution', ({ inDistribution }: Figure) => inDistribution],
  ['out of distribution', ({ outDistribution }: Figure) => outDistribution],
  ['tested', ({ tested }: Figure) => `${tested.inDistribution} in, ${tested.outDistribution} out`],
] as const;
const COLUMNS = ['95 % interval', 'by seed', 'bits/dim', 'the paper, at its size'];

/**
 * Blocks of Markdown, from every stored file of figures.
 * @throws FiguresError when a file is malformed
 */
export async function accuracySection(folder: string, published: Published): Promise<string[]> {
  const suites = await storedSuites(folder);
  if (suites.length === 0) return [];
  return [
    'AUROC in %, mean over seeds, with the 95 % bootstrap interval over the tested images. 50 is chance; higher scores mean more anomalous.',
    ...suites.flatMap(([first, figures]) => suite(first, figures, published)),
  ];
}

/**
 * The figures of each suite and preset, with the first of them.
 * @throws FiguresError when a file is malformed
 */
export async function storedSuites(folder: string): Promise<(readonly [Figure, readonly Figure[]])[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const suites: (readonly [Figure, readonly Figure[]])[] = [];
  for (const name of files) {
    const figures = await storedFigures(join(folder, name), z.array(figureSchema));
    const [first] = figures;
    if (first !== undefined) suites.push([first, figures]);
  }
  return suites;
}

/** What tells figures of a suite apart, beside the score. */
function varyingOf(figures: readonly Figure[]) {
  return VARYING.filter(([, of]) => new Set(figures.map(of)).size > 1);
}

/** A name for each figure of a suite, as short as tells them apart. */
export function labelsOf(figures: readonly Figure[]): string[] {
  const varying = varyingOf(figures).filter(([what]) => what !== 'tested');
  return figures.map((figure) => [...varying.map(([, of]) => of(figure)), figure.score].join(' · '));
}

/** The plot of a suite, beside its figures. */
export function plotName({ suite: name, preset }: Figure): string {
  return `${name}-${preset}.svg`;
}

function suite(first: Figure, figures: readonly Figure[], published: Published): string[] {
  const varying = varyingOf(figures);
  const same = VARYING.filter(([, of]) => new Set(figures.map(of)).size === 1).map(
    ([what, of]) => `${what} ${of(first)}`,
  );
  const areAll = figures.every(({ isAuroc }) => isAuroc !== false);
  const isMeasured = figures.some(({ measured }) => measured !== undefined);
  const rows = figures.map((figure) => {
    const paper = published(figure);
    const measured = Object.entries(figure.measured ?? {}).map(
      ([name, value]) => `${name} ${value.toFixed(3)}`,
    );
    return [
      ...varying.map(([, of]) => of(figure)),
      figure.score,
      percent(figure.auroc),
      `${percent(figure.ciLow)} – ${percent(figure.ciHigh)}`,
      figure.aurocBySeed.map(percent).join(', '),
      figure.bitsPerDim === null ? '' : figure.bitsPerDim.toFixed(3),
      paper === null ? '' : percent(paper),
      ...(isMeasured ? [measured.join(', ')] : []),
    ];
  });
  // Figures of one fit carry the seconds of that fit each.
  const seconds = [
    ...new Map(
      figures.map(({ detector, inDistribution, seconds: each }) => [`${detector} ${inDistribution}`, each]),
    ).values(),
  ];
  return [
    `## ${first.suite}, preset ${first.preset}`,
    `\`${first.command}\``,
    [
      ...same,
      `seeds ${first.seeds.join(', ')}`,
      first.device,
      `${Math.round(seconds.reduce((sum, each) => sum + each, 0))} s in all`,
      `data ${first.dataFingerprint.slice(0, 12)}`,
    ].join('; ') + '.',
    markdownTable(
      [
        ...varying.map(([what]) => what),
        'score',
        areAll ? 'AUROC' : 'AUROC, or what the score names',
        ...COLUMNS,
        ...(isMeasured ? ['also measured'] : []),
      ],
      rows,
    ),
    verdict(figures),
    `![The same as a plot](results/${plotName(first)})`,
  ];
}

function percent(value: number): string {
  return (value * 100).toFixed(1);
}

/** What a reader should not have to work out: which scores are of no use at this size. */
function verdict(figures: readonly Figure[]): string {
  const varies = (of: (figure: Figure) => string) => new Set(figures.map(of)).size > 1;
  const isOneDetector = !varies(({ detector }) => detector);
  const isOneFolder = !varies(({ inDistribution }) => inDistribution);
  const fitOf = ({ detector, inDistribution }: Figure) =>
    [...(isOneDetector ? [] : [detector]), ...(isOneFolder ? [] : [`with ${inDistribution} in`])].join(' ');
  const names = (kept: readonly Figure[]) =>
    [...Map.groupBy(kept, fitOf)]
      .map(([fit, those]) => {
        const scores = [...new Set(those.map(({ score }) => score))].join(', ');
        return fit === '' ? scores : `${fit} (${scores})`;
      })
      .join('; ');
  const areas = figures.filter(({ isAuroc }) => isAuroc !== false);
  const wrong = areas.filter(({ ciHigh }) => ciHigh < 0.5);
  if (wrong.length === 0) return 'Every score points the right way or cannot be told from chance.';
  const all = wrong.length === areas.length;
  return (
    `At this size ${all ? 'every score points' : 'some scores point'} the wrong way: below 50, the out-of-distribution images are found more ` +
    `normal than the normal ones${all ? '' : `: ${names(wrong)}`}. Do not find anomalies by them: take another score, fit longer, or with a larger preset.`
  );
}
