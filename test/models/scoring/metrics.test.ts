import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auroc, averagePrecision, falsePositiveRateAt } from '../../../models/scoring/metrics.ts';

/** Few distinct values, so that ties are common. */
const side = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 40 });

/** Integers with ties; the expected figures of this set are scikit-learn 1.9.1's. */
const NORMAL = [9, 1, 2, 2, 2, 9, 10, 6, 0, 1, 3, 5, 7, 5, 3, 1, 8, 8, 0, 1, 5, 4, 10, 6];
const ANOMALOUS = [9, 10, 13, 12, 6, 14, 14, 17, 15, 7, 8, 13, 13, 13, 16, 8, 17, 4, 5, 17];

function pairwise(normal: readonly number[], anomalous: readonly number[]): number {
  let wins = 0;
  for (const a of anomalous) for (const n of normal) wins += a > n ? 1 : a === n ? 0.5 : 0;
  return wins / (normal.length * anomalous.length);
}

const shareFrom = (scores: readonly number[], threshold: number) =>
  scores.filter((score) => score >= threshold).length / scores.length;

describe('auroc', () => {
  it.each([
    ['separated', [1, 2], [3, 4], 1],
    ['reversed', [3, 4], [1, 2], 0],
    ['all equal', [5, 5, 5], [5, 5], 0.5],
    ['three of four pairs', [1, 3], [2, 4], 0.75],
    ['a tie among two pairs', [1, 2], [2], 0.75],
    ['a negative zero equal to zero', [-0, 1], [0], 0.25],
  ])('is the share of pairs in order: %s', (_, normal, anomalous, expected) => {
    expect(auroc(normal, anomalous)).toBe(expected);
  });

  it('gives scikit-learn’s figure', () => {
    expect(auroc(NORMAL, ANOMALOUS)).toBeCloseTo(0.8927083333333332, 14);
  });

  it('equals the comparison of every pair', () => {
    fc.assert(
      fc.property(side, side, (normal, anomalous) => {
        expect(auroc(normal, anomalous)).toBe(pairwise(normal, anomalous));
      }),
    );
  });

  it('equals the comparison of every pair of real numbers', () => {
    const scores = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(scores, scores, (normal, anomalous) => {
        expect(auroc(normal, anomalous)).toBe(pairwise(normal, anomalous));
      }),
    );
  });

  it('turns into its complement when the sides change places', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        expect(auroc(a, b)).toBeCloseTo(1 - auroc(b, a), 14);
      }),
    );
  });

  it('does not change under a rising map', () => {
    const map = (score: number) => Math.exp(score / 3) - 7;
    fc.assert(
      fc.property(side, side, (normal, anomalous) => {
        expect(auroc(normal.map(map), anomalous.map(map))).toBe(auroc(normal, anomalous));
      }),
    );
  });

  it('leaves the caller’s scores in their order', () => {
    const normal = [3, 1, 2];
    auroc(normal, [2]);
    expect(normal).toEqual([3, 1, 2]);
  });
});

describe('averagePrecision', () => {
  it.each([
    ['separated', [1, 2], [3, 4], 1],
    // Found at ranks 1 and 3: (1/1 + 2/3) / 2.
    ['one normal between', [2], [1, 3], (1 + 2 / 3) / 2],
    // Found at ranks 3 and 4: (1/3 + 2/4) / 2.
    ['reversed', [3, 4], [1, 2], (1 / 3 + 2 / 4) / 2],
    ['all equal: the share of anomalous images', [5, 5, 5], [5], 0.25],
  ])('%s', (_, normal, anomalous, expected) => {
    expect(averagePrecision(normal, anomalous)).toBeCloseTo(expected, 14);
  });

  it('gives scikit-learn’s figure', () => {
    expect(averagePrecision(NORMAL, ANOMALOUS)).toBeCloseTo(0.8846476865428478, 14);
  });

  it('is the mean, over anomalous images, of the precision at their score', () => {
    fc.assert(
      fc.property(side, side, (normal, anomalous) => {
        const precisions = anomalous.map((threshold) => {
          const found = anomalous.filter((score) => score >= threshold).length;
          return found / (found + normal.filter((score) => score >= threshold).length);
        });
        const mean = precisions.reduce((sum, value) => sum + value, 0) / precisions.length;
        expect(averagePrecision(normal, anomalous)).toBeCloseTo(mean, 12);
      }),
    );
  });
});

describe('falsePositiveRateAt', () => {
  it.each([
    [0.5, 0],
    [0.8, 0.25],
    [0.95, 0.5],
    [1, 0.5416666666666666],
  ])('gives scikit-learn’s figure at a true positive rate of %f', (rate, expected) => {
    expect(falsePositiveRateAt(rate, NORMAL, ANOMALOUS)).toBeCloseTo(expected, 14);
  });

  it('lets one in twenty anomalous images go at 95 %', () => {
    const anomalous = [0, ...Array.from({ length: 19 }, (_, index) => 10 + index)];
    expect(falsePositiveRateAt(0.95, [1, 2, 3, 11], anomalous)).toBe(0.25);
    expect(falsePositiveRateAt(0.96, [1, 2, 3, 11], anomalous)).toBe(1);
  });

  it('needs seven of a hundred for 7 %, though 0.07 · 100 > 7 in floating point', () => {
    const anomalous = Array.from({ length: 100 }, (_, index) => index);
    // The seventh from the top is 93: only a normal of 93 or more is raised with it.
    expect(falsePositiveRateAt(0.07, [92, 93], anomalous)).toBe(0.5);
  });

  it('is the least among all thresholds that find enough', () => {
    const rates = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(side, side, rates, (normal, anomalous, rate) => {
        const thresholds = anomalous.filter((threshold) => shareFrom(anomalous, threshold) >= rate);
        const least = Math.min(...thresholds.map((threshold) => shareFrom(normal, threshold)));
        expect(falsePositiveRateAt(rate, normal, anomalous)).toBe(least);
      }),
    );
  });

  it.each([0, -0.1, 1.01, NaN])('refuses the rate %f', (rate) => {
    expect(() => falsePositiveRateAt(rate, [1], [2])).toThrow(RangeError);
  });
});

describe.each([
  ['auroc', auroc],
  ['averagePrecision', averagePrecision],
  [
    'falsePositiveRateAt',
    (normal: readonly number[], anomalous: readonly number[]) => falsePositiveRateAt(0.95, normal, anomalous),
  ],
])('%s refuses', (_, metric) => {
  it('an empty side, naming it', () => {
    expect(() => metric([], [1])).toThrow(new RangeError('there are no normal scores'));
    expect(() => metric([1], [])).toThrow(new RangeError('there are no anomalous scores'));
  });

  it.each([NaN, Infinity, -Infinity])('the score %f, saying where it is', (score) => {
    expect(() => metric([1, score], [1])).toThrow(
      new RangeError(`normal score 1 is ${score}, not a finite number`),
    );
    expect(() => metric([1], [score])).toThrow(
      new RangeError(`anomalous score 0 is ${score}, not a finite number`),
    );
  });
});
