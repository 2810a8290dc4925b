import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../models/random.ts';
import { delongInterval } from '../../../models/scoring/auroc-interval.ts';
import { bootstrapInterval } from '../../../models/scoring/bootstrap.ts';
import { auroc } from '../../../models/scoring/metrics.ts';

/** The published formulas, pair by pair. */
function pairwise(normal: readonly number[], anomalous: readonly number[]) {
  const kernel = (x: number, y: number) => (x > y ? 1 : x === y ? 0.5 : 0);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: readonly number[]) =>
    values.length < 2 ? 0 : values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / (values.length - 1);
  const v10 = anomalous.map((x) => mean(normal.map((y) => kernel(x, y))));
  const v01 = normal.map((y) => mean(anomalous.map((x) => kernel(x, y))));
  const half = 1.959963984540054 * Math.sqrt(variance(v10) / v10.length + variance(v01) / v01.length);
  return { low: Math.max(0, mean(v10) - half), high: Math.min(1, mean(v10) + half) };
}

describe('delongInterval', () => {
  it('is the published one', () => {
    const side = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(side, side, (normal, anomalous) => {
        const { low, high } = delongInterval(normal, anomalous);
        const expected = pairwise(normal, anomalous);
        expect(low).toBeCloseTo(expected.low, 12);
        expect(high).toBeCloseTo(expected.high, 12);
      }),
    );
  });

  it('agrees with the bootstrap where both can be had', () => {
    const stream = new RandomStream(11, 'test');
    const normal = Array.from({ length: 700 }, () => stream.normal());
    const anomalous = Array.from({ length: 300 }, () => stream.normal() + 1);
    const delong = delongInterval(normal, anomalous);
    const bootstrap = bootstrapInterval(normal, anomalous, auroc, { seed: 1 });
    expect(delong.low).toBeCloseTo(bootstrap.low, 2);
    expect(delong.high).toBeCloseTo(bootstrap.high, 2);
  });

  it('is a point where the sides are separated', () => {
    expect(delongInterval([1, 2], [3, 4])).toEqual({ low: 1, high: 1 });
    expect(delongInterval([3], [1])).toEqual({ low: 0, high: 0 });
  });
});
