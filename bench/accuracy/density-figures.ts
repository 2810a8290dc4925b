/** What a suite that judges likelihoods keeps of each fit, and the figures of several seeds. */
import { z } from 'zod';
import { auroc } from '../../models/scoring/metrics.ts';
import type { Figure } from './figures.ts';
import { mean, meanInterval, sum } from './intervals.ts';
import type { AccuracyRequest } from './request.ts';

export const detectorResult = z.strictObject({
  bitsPerDim: z.number(),
  seconds: z.number(),
  /** Scores by name: one number per tested image. */
  inScores: z.record(z.string(), z.array(z.number())),
  outScores: z.record(z.string(), z.array(z.number())),
});
export type DetectorResult = z.infer<typeof detectorResult>;

export interface DensityProblem {
  readonly suite: string;
  readonly inDistribution: string;
  readonly outDistribution: string;
  readonly fingerprint: string;
}

/** @param results of each seed. @param scores all where they are not named */
export function densityFigures(
  request: AccuracyRequest,
  { fingerprint, ...problem }: DensityProblem,
  detector: string,
  results: readonly DetectorResult[],
  scores: readonly string[] = Object.keys(results[0]?.inScores ?? {}),
): Figure[] {
  return scores.map((score): Figure => {
    const sides = results.map(
      ({ inScores, outScores }) => [inScores[score] ?? [], outScores[score] ?? []] as const,
    );
    const aurocBySeed = sides.map(([normal, anomalous]) => auroc(normal, anomalous));
    const interval = meanInterval(sides);
    const [[inside, outside] = [[], []]] = sides;
    return {
      ...problem,
      detector,
      score,
      auroc: mean(aurocBySeed),
      ciLow: interval.low,
      ciHigh: interval.high,
      aurocBySeed,
      seeds: [...request.seeds],
      bitsPerDim: mean(results.map(({ bitsPerDim }) => bitsPerDim)),
      tested: { inDistribution: inside.length, outDistribution: outside.length },
      preset: request.preset,
      device: request.environment.device.label,
      seconds: sum(results.map(({ seconds }) => seconds)),
      dataFingerprint: fingerprint,
      command: request.command,
    };
  });
}
