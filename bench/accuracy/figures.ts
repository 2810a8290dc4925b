/** Figures of accuracy benchmarks as they are stored. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { storeFigures, storedFigures } from '../stored-figures.ts';

export const figureSchema = z.strictObject({
  suite: z.string(),
  detector: z.string(),
  score: z.string(),
  inDistribution: z.string(),
  outDistribution: z.string(),
  /** The one class that is normal, where the figure of the mean over several stands before. */
  oneClass: z.string().optional(),
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
  /** What limits how far the figure carries, as a sentence. */
  note: z.string().optional(),
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
  return storeFigures(folder, fileStem({ suite, preset }), figures);
}

/** Of the files that hold a suite's figures and their plot. */
export function fileStem({ suite, preset }: Pick<Figure, 'suite' | 'preset'>): string {
  return `${suite}-${preset}`;
}

/** What a table says of each figure; what is the same for all of them is said above it. */
export const VARYING = [
  ['detector', ({ detector }: Figure) => detector],
  ['in distribution', ({ inDistribution }: Figure) => inDistribution],
  ['out of distribution', ({ outDistribution }: Figure) => outDistribution],
  ['tested', ({ tested }: Figure) => `${tested.inDistribution} in, ${tested.outDistribution} out`],
] as const;

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
export function varyingOf(figures: readonly Figure[]) {
  return VARYING.filter(([, of]) => new Set(figures.map(of)).size > 1);
}

/** A name for each figure of a suite, as short as tells them apart. */
export function labelsOf(figures: readonly Figure[]): string[] {
  const varying = varyingOf(figures).filter(([what]) => what !== 'tested');
  return figures.map((figure) => [...varying.map(([, of]) => of(figure)), figure.score].join(' · '));
}

/** The plot of a suite, beside its figures. */
export function plotName(figure: Figure): string {
  return `${fileStem(figure)}.svg`;
}
