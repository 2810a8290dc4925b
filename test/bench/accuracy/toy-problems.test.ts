import { describe, expect, it } from 'vitest';
import { beyondTheRatio, density, positiveDifference } from '../../../bench/accuracy/toy-problems.ts';
import { ONE_DIMENSIONAL } from '../../../bench/accuracy/toy.ts';
import { auroc } from '../../../models/scoring/metrics.ts';
import { cpuEnvironment } from '../../models/cpu-environment.ts';

/** Seconds on a machine that does nothing else; the others' work must not fail a test. */
const PATIENCE = 240_000;

const request = async () => ({ environment: await cpuEnvironment(), report: () => {} });

describe('in one dimension, a contrastive flow', () => {
  it(
    'learns the positive difference of N(0, 1) and N(1, 2)',
    async () => {
      const { totalVariation, totalVariationOfPlain } = await positiveDifference(
        await request(),
        ONE_DIMENSIONAL.difference.densities,
        1,
        'difference',
      );
      expect(totalVariation).toBeLessThan(0.05);
      // What a plain flow would learn is far from it.
      expect(totalVariationOfPlain).toBeCloseTo(0.28, 2);
    },
    PATIENCE,
  );

  it(
    'learns the same where almost a third of the contrast set is normal',
    async () => {
      const { totalVariation } = await positiveDifference(
        await request(),
        ONE_DIMENSIONAL.contaminated.densities,
        1,
        'contaminated',
      );
      expect(totalVariation).toBeLessThan(0.08);
    },
    PATIENCE,
  );

  it(
    'cuts out what a narrow contrast set covers, and keeps the rest',
    async () => {
      const { totalVariation, scores } = await positiveDifference(
        await request(),
        ONE_DIMENSIONAL.narrow.densities,
        1,
        'narrow',
      );
      expect(totalVariation).toBeLessThan(0.1);
      expect(auroc(scores.normal, scores.contrast)).toBeGreaterThan(0.84);
    },
    PATIENCE,
  );
});

describe('in two dimensions, beyond p as seen from q', () => {
  it(
    'the ratio finds the farthest point most normal',
    async () => {
      const { distanceOfBest, scores } = await beyondTheRatio(await request(), 'ratio', 1);
      expect(distanceOfBest).toBeGreaterThan(6);
      expect(auroc(scores.normal, scores.beyond)).toBeLessThan(0.1);
    },
    PATIENCE,
  );

  it(
    'the contrastive flow finds a point near the centre of p most normal',
    async () => {
      const { distanceOfBest, scores } = await beyondTheRatio(await request(), 'contrastive', 1);
      expect(distanceOfBest).toBeLessThan(1.5);
      expect(auroc(scores.normal, scores.beyond)).toBeGreaterThan(0.99);
    },
    PATIENCE,
  );
});

describe('the density of a mixture', () => {
  it('is that of the formula', () => {
    const two = [
      { mean: 0, deviation: 1, weight: 0.75 },
      { mean: 2, deviation: 0.5, weight: 0.25 },
    ];
    const expected = (0.75 * Math.exp(-2) + 0.25 / 0.5) / Math.sqrt(2 * Math.PI);
    expect(density(two, 2)).toBeCloseTo(expected, 12);
  });
});
