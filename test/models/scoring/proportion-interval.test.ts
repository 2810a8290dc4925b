import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incompleteBeta, incompleteBetaInverse } from '../../../models/scoring/incomplete-beta.ts';
import { proportionInterval } from '../../../models/scoring/proportion-interval.ts';

/** P(X ≥ successes) for a binomial X, summed term by term. */
function upperTail(successes: number, count: number, probability: number): number {
  let term = (1 - probability) ** count;
  let below = 0;
  for (let k = 0; k < successes; k++) {
    below += term;
    term *= ((count - k) / (k + 1)) * (probability / (1 - probability));
  }
  return 1 - below;
}

describe('incompleteBeta', () => {
  // SciPy 1.17.1, betainc.
  it.each([
    [0.3, 2, 5, 0.5798250000000003],
    [0.9, 0.5, 0.5, 0.7951672353008665],
    [0.02, 3, 7, 0.0006138861263759361],
    [0.999, 400, 2, 0.9382602684094364],
    [1e-6, 1, 1e6, 0.632120742768355],
    [0.0503, 50001, 950000, 0.9147995809463627],
    [0.5, 1e5, 1e5, 0.5],
  ])('I_%f(%f, %f)', (x, a, b, expected) => {
    expect(incompleteBeta(x, a, b) / expected).toBeCloseTo(1, 8);
  });

  it('has the closed forms of a = 1 and b = 1', () => {
    const open = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    const shape = fc.double({ min: 0.1, max: 50, noNaN: true });
    fc.assert(
      fc.property(open, shape, (x, power) => {
        expect(incompleteBeta(x, power, 1)).toBeCloseTo(x ** power, 12);
        expect(incompleteBeta(x, 1, power)).toBeCloseTo(1 - (1 - x) ** power, 12);
      }),
    );
  });

  it('is the upper tail of the binomial distribution', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(59),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (count, successes, probability) => {
          const k = (successes % count) + 1;
          expect(incompleteBeta(probability, k, count - k + 1)).toBeCloseTo(
            upperTail(k, count, probability),
            11,
          );
        },
      ),
    );
  });

  it('is 0 and 1 at the ends, and refuses what lies outside', () => {
    expect(incompleteBeta(0, 2, 3)).toBe(0);
    expect(incompleteBeta(1, 2, 3)).toBe(1);
    for (const [x, a, b] of [
      [-0.1, 1, 1],
      [1.1, 1, 1],
      [NaN, 1, 1],
      [0.5, 0, 1],
      [0.5, 1, Infinity],
    ] as const) {
      expect(() => incompleteBeta(x, a, b)).toThrow(RangeError);
    }
  });

  it('is undone by its inverse', () => {
    const shape = fc.double({ min: 1, max: 500, noNaN: true });
    const probabilities = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(probabilities, shape, shape, (probability, a, b) => {
        expect(incompleteBeta(incompleteBetaInverse(probability, a, b), a, b)).toBeCloseTo(probability, 10);
      }),
    );
  });
});

describe('proportionInterval', () => {
  // Published Clopper–Pearson intervals, to the digits of SciPy 1.17.1.
  it.each([
    [0, 10, 0, 0.3084971078187607],
    [5, 10, 0.18708602844739855, 0.8129139715526015],
    [10, 10, 0.6915028921812392, 1],
    [1, 1, 0.025, 1],
    [1, 100, 0.00025314603297742064, 0.054459385392080645],
    [3, 1000, 0.0006190999316495713, 0.008742023238478303],
    [200, 20000, 0.008667639013454015, 0.01147754762619855],
    [50000, 1000000, 0.04957363954732641, 0.05042896936846393],
    [1, 1000000, 2.5317807663794178e-8, 5.571630655166939e-6],
  ])('of %i in %i', (successes, count, low, high) => {
    const interval = proportionInterval(successes, count);
    expect(interval.low).toBeCloseTo(low, 10);
    expect(interval.high).toBeCloseTo(high, 10);
  });

  it('has a closed form without successes: 1 − (α/2)^(1/n)', () => {
    for (const count of [1, 7, 50, 1000]) {
      expect(proportionInterval(0, count, 0.9).high).toBeCloseTo(1 - 0.05 ** (1 / count), 12);
    }
  });

  it('covers the true proportion at least as often as it says', () => {
    const count = 30;
    const intervals = Array.from({ length: count + 1 }, (_, k) => proportionInterval(k, count));
    for (const truth of [0.01, 0.1, 0.23, 0.5, 0.77, 0.95]) {
      const coverage = intervals.reduce((sum, { low, high }, k) => {
        const chance = upperTail(k, count, truth) - upperTail(k + 1, count, truth);
        return low <= truth && truth <= high ? sum + chance : sum;
      }, 0);
      expect(coverage).toBeGreaterThanOrEqual(0.95);
    }
  });

  it.each([
    [-1, 10, 0.95],
    [11, 10, 0.95],
    [0.5, 10, 0.95],
    [0, 0, 0.95],
    [1, 10, 0],
    [1, 10, 1],
    [1, NaN, 0.95],
  ])('refuses %f of %f at level %f', (successes, count, level) => {
    expect(() => proportionInterval(successes, count, level)).toThrow(RangeError);
  });
});
