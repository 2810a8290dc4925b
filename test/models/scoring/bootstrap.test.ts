import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../models/random.ts';
import { bootstrapInterval } from '../../../models/scoring/bootstrap.ts';
import { auroc } from '../../../models/scoring/metrics.ts';

function normals(count: number, mean: number, stream: RandomStream): number[] {
  return Array.from({ length: count }, () => mean + stream.normal());
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('bootstrapInterval', () => {
  const stream = new RandomStream(1, 'test');
  const normal = normals(80, 0, stream);
  const anomalous = normals(50, 1, stream);

  it('is the same for the same seed, and another for another', () => {
    const of = (seed: number) => bootstrapInterval(normal, anomalous, auroc, { seed });
    expect(of(5)).toEqual(of(5));
    expect(of(5)).not.toEqual(of(6));
  });

  it('holds the estimate, and widens with the level', () => {
    const narrow = bootstrapInterval(normal, anomalous, auroc, { seed: 2, level: 0.5 });
    const wide = bootstrapInterval(normal, anomalous, auroc, { seed: 2, level: 0.99 });
    const estimate = auroc(normal, anomalous);
    expect(narrow.low).toBeLessThan(estimate);
    expect(narrow.high).toBeGreaterThan(estimate);
    expect(wide.low).toBeLessThan(narrow.low);
    expect(wide.high).toBeGreaterThan(narrow.high);
  });

  it('covers the true AUROC of two normal distributions about as often as it says', () => {
    // One standard deviation apart: Φ(1/√2).
    const truth = 0.7602499389065233;
    const draws = new RandomStream(11, 'coverage');
    const covered = Array.from({ length: 120 }, (_, seed) => {
      const { low, high } = bootstrapInterval(normals(50, 0, draws), normals(50, 1, draws), auroc, {
        seed,
        resamples: 300,
      });
      return low <= truth && truth <= high;
    }).filter(Boolean).length;
    // 95 % of 120 is 114 with a standard deviation of 2.4; the percentile bootstrap covers a little less.
    expect(covered).toBeGreaterThanOrEqual(105);
    expect(covered).toBeLessThan(120);
  });

  it('has the width that theory gives a difference of means', () => {
    const { low, high } = bootstrapInterval(normal, anomalous, (n, a) => meanOf(a) - meanOf(n), {
      seed: 3,
      resamples: 4000,
    });
    const varianceOfMean = (values: readonly number[]) =>
      meanOf(values.map((value) => (value - meanOf(values)) ** 2)) / values.length;
    const expected = 2 * 1.96 * Math.sqrt(varianceOfMean(normal) + varianceOfMean(anomalous));
    expect((high - low) / expected).toBeCloseTo(1, 1);
  });

  it('keeps the sides apart and their sizes: separated scores give a point', () => {
    const sizes = new Set<string>();
    const interval = bootstrapInterval(
      [1, 2, 3],
      [7, 8],
      (n, a) => {
        sizes.add(`${n.length}, ${a.length}`);
        return auroc(n, a);
      },
      { seed: 1, resamples: 50 },
    );
    expect(interval).toEqual({ low: 1, high: 1 });
    expect([...sizes]).toEqual(['3, 2']);
  });

  it('interpolates between resamples', () => {
    let call = 0;
    // The statistic takes the values 0, 1, …, 10: their 5 % and 95 % quantiles are 0.5 and 9.5.
    const { low, high } = bootstrapInterval([1], [2], () => call++, { seed: 0, resamples: 11, level: 0.9 });
    expect(low).toBeCloseTo(0.5, 12);
    expect(high).toBeCloseTo(9.5, 12);
  });

  it.each([
    ['an empty side', [], {}, 'there are no normal scores'],
    ['a score that is not finite', [NaN], {}, 'normal score 0 is NaN, not a finite number'],
    ['no resamples', [1], { resamples: 0 }, 'the number of resamples is a whole number from 1, not 0'],
    ['a level of 1', [1], { level: 1 }, 'a confidence level is in (0, 1), not 1'],
  ])('refuses %s', (_, scores, settings, message) => {
    expect(() => bootstrapInterval(scores, [1], auroc, { seed: 1, ...settings })).toThrow(
      new RangeError(message),
    );
  });

  it('refuses a statistic that is not a number', () => {
    expect(() => bootstrapInterval([1], [2], () => NaN, { seed: 1 })).toThrow(RangeError);
  });
});
