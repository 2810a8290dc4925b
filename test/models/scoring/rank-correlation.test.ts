import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankCorrelation } from '../../../models/scoring/rank-correlation.ts';

describe('rankCorrelation', () => {
  it('is 1 along any rising map and −1 along any falling one', () => {
    const values = fc.uniqueArray(fc.integer({ min: -300, max: 300 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(values, (list) => {
        const rising = list.map((value) => value ** 3);
        expect(rankCorrelation(list, rising)).toBeCloseTo(1, 12);
        expect(
          rankCorrelation(
            rising,
            list.map((value) => -value),
          ),
        ).toBeCloseTo(-1, 12);
      }),
    );
  });

  it('equals 1 − 6·Σd²/(n(n² − 1)) without ties', () => {
    // Rank differences 0, −1, 1, −1, 1.
    expect(rankCorrelation([1, 2, 3, 4, 5], [1, 3, 2, 5, 4])).toBeCloseTo(1 - (6 * 4) / (5 * 24), 14);
  });

  it('averages the ranks of ties', () => {
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5.
    expect(rankCorrelation([10, 20, 20, 30], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 14);
  });

  it('gives SciPy’s figure on many ties', () => {
    const a = [9, 1, 2, 2, 2, 9, 10, 6, 0, 1, 3, 5, 7, 5, 3, 1, 8, 8, 0, 1];
    const b = [9, 10, 13, 12, 6, 14, 14, 17, 15, 7, 8, 13, 13, 13, 16, 8, 17, 4, 5, 17];
    expect(rankCorrelation(a, b)).toBeCloseTo(0.23504777254825532, 14);
    expect(rankCorrelation(b, a)).toBeCloseTo(0.23504777254825532, 14);
  });

  it.each([
    ['lists of different length', [1, 2, 3], [1, 2], 'a rank correlation needs pairs, not 3 and 2 values'],
    ['a single pair', [1], [1], 'a rank correlation needs at least two pairs'],
    ['a constant list', [1, 2], [3, 3], 'a constant list has no rank correlation'],
    ['a value that is not finite', [1, 2], [3, NaN], 'second score 1 is NaN, not a finite number'],
  ])('refuses %s', (_, a, b, message) => {
    expect(() => rankCorrelation(a, b)).toThrow(new RangeError(message));
  });
});
