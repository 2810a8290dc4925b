/** Contrastive flows on problems whose answers are known exactly (toy-problems.ts), as figures. */
import { z } from 'zod';
import { auroc } from '../../models/scoring/metrics.ts';
import type { Figure, Published } from './figures.ts';
import { type Sides, mean, meanInterval } from './intervals.ts';
import { keptResult } from './kept-results.ts';
import type { AccuracyRequest } from './request.ts';
import { DETECTORS_2D, type Mixture, TOY_FLOW, beyondTheRatio, positiveDifference } from './toy-problems.ts';

const SUITE = 'toy';

interface OneDimensionalProblem {
  readonly p: string;
  readonly q: string;
  readonly densities: { readonly p: Mixture; readonly q: Mixture };
}

const normal = (mean: number, deviation: number, weight = 1) => ({ mean, deviation, weight });

/** N(mean, variance). */
export const ONE_DIMENSIONAL = {
  difference: {
    p: 'N(0, 1)',
    q: 'N(1, 2)',
    densities: { p: [normal(0, 1)], q: [normal(1, Math.SQRT2)] },
  },
  contaminated: {
    p: 'N(0, 1)',
    q: 'N(1, 2), 30 % of it N(0, 1)',
    densities: { p: [normal(0, 1)], q: [normal(1, Math.SQRT2, 0.7), normal(0, 1, 0.3)] },
  },
  narrow: {
    p: 'N(0, 1)',
    q: 'N(1, 0.09)',
    densities: { p: [normal(0, 1)], q: [normal(1, 0.3)] },
  },
} as const satisfies Record<string, OneDimensionalProblem>;

const seedResult = z.strictObject({
  seconds: z.number(),
  inScores: z.array(z.number()),
  outScores: z.array(z.number()),
  measured: z.record(z.string(), z.number()),
});
type SeedResult = z.infer<typeof seedResult>;

/** None of these is published as an AUROC. */
export const publishedToyAuroc: Published = () => null;

export async function toy(request: AccuracyRequest): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, { p, q, densities }] of Object.entries(ONE_DIMENSIONAL)) {
    const results = await bySeed(request, `1-D ${name}`, async (seed) => {
      const { scores, ...distances } = await positiveDifference(request, densities, seed, `1-D ${name}`);
      return {
        inScores: scores.normal,
        outScores: scores.contrast,
        measured: {
          'total variation to the exact answer': distances.totalVariation,
          'that of p itself': distances.totalVariationOfPlain,
        },
      };
    });
    figures.push(figureOf(request, results, { detector: 'contrastive-flow', score: 'likelihood' }, p, q));
  }
  for (const detector of DETECTORS_2D) {
    const results = await bySeed(request, `2-D ${detector}`, async (seed) => {
      const { scores, distanceOfBest } = await beyondTheRatio(request, detector, seed);
      return {
        inScores: scores.normal,
        outScores: scores.beyond,
        measured: { 'distance of the best score from the centre of p': distanceOfBest },
      };
    });
    const named =
      detector === 'ratio'
        ? { detector: 'flow-ratio', score: 'ratio' }
        : { detector: `${detector}-flow`, score: 'likelihood' };
    figures.push(
      figureOf(request, results, named, 'N((1, 1), I), against N((0, 0), I)', 'N((6, 6), I), beyond both'),
    );
  }
  return figures;
}

async function bySeed(
  request: AccuracyRequest,
  problem: string,
  run: (seed: number) => Promise<Omit<SeedResult, 'seconds'>>,
): Promise<SeedResult[]> {
  const results: SeedResult[] = [];
  for (const seed of request.seeds) {
    const name = `${SUITE} ${problem} seed ${seed}`;
    results.push(
      await keptResult(request, name, [TOY_FLOW, ONE_DIMENSIONAL], seedResult, async () => {
        const begun = performance.now();
        const result = await run(seed);
        return { ...result, seconds: (performance.now() - begun) / 1000 };
      }),
    );
  }
  return results;
}

function figureOf(
  request: AccuracyRequest,
  results: readonly SeedResult[],
  named: Pick<Figure, 'detector' | 'score'>,
  inDistribution: string,
  outDistribution: string,
): Figure {
  const sides = results.map(({ inScores, outScores }): Sides => [inScores, outScores]);
  const aurocBySeed = sides.map(([inside, outside]) => auroc(inside, outside));
  const interval = meanInterval(sides);
  const names = Object.keys(results[0]?.measured ?? {});
  return {
    suite: SUITE,
    ...named,
    inDistribution,
    outDistribution,
    auroc: mean(aurocBySeed),
    ciLow: interval.low,
    ciHigh: interval.high,
    aurocBySeed,
    seeds: [...request.seeds],
    bitsPerDim: null,
    measured: Object.fromEntries(
      names.map((name) => [name, mean(results.map(({ measured }) => measured[name] ?? Number.NaN))]),
    ),
    tested: {
      inDistribution: sides[0]?.[0].length ?? 0,
      outDistribution: sides[0]?.[1].length ?? 0,
    },
    preset: request.preset,
    device: request.environment.device.label,
    seconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
    dataFingerprint: 'made-up',
    command: request.command,
  };
}
