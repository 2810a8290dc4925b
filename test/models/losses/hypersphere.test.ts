import { describe, expect, it } from 'vitest';
import type * as a from '../../../models/array.ts';
import {
  RADIAL_FUNCTIONS,
  inverseDistance,
  negativeLogComplement,
  radial,
  radialOf,
  squaredNorm,
} from '../../../models/losses/hypersphere.ts';
import { evaluate, expectClose } from '../evaluate.ts';
import { sample } from '../samples.ts';
import { centralDifferences, valuesAndSlopes } from './slopes.ts';

describe('hypersphere losses', () => {
  it('sum squares over dimensions', () => {
    const { s } = evaluate(({ x }) => (x === undefined ? {} : { s: squaredNorm(x) }), {
      x: sample([3, 4, 0, 1, -1, 2], [2, 3]),
    });
    expectClose(s?.data ?? [], [25, 6]);
  });

  it('give what was computed by hand', async () => {
    // √(3 + 1) − 1 = 1, and −log(1 − e⁻¹) = 0.458675…
    const [h] = (await valuesAndSlopes((s) => radial('pseudo-huber', s), [3])).values;
    expect(h).toBeCloseTo(1, 6);
    expect((await valuesAndSlopes(negativeLogComplement, [1])).values[0]).toBeCloseTo(0.458675145, 6);
    expect((await valuesAndSlopes(inverseDistance, [4])).values[0]).toBeCloseTo(0.25, 6);
    expect((await valuesAndSlopes((s) => radial('squared-norm', s), [4])).values[0]).toBe(4);
    expect((await valuesAndSlopes((s) => radial('norm', s), [4])).values[0]).toBeCloseTo(2, 6);
    expect(RADIAL_FUNCTIONS.map((kind) => radialOf(kind, 3))).toEqual([1, 3, Math.sqrt(3)]);
  });

  const distances = [1e-6, 1e-3, 0.2, 0.49, 0.51, 1, 7, 30, 1e4];

  it.each(RADIAL_FUNCTIONS)('have the slopes of central differences in float64: HSC of %s', async (kind) => {
    const points = kind === 'norm' ? distances.slice(1) : distances;
    const exact = (s: number) => -Math.log(-Math.expm1(-radialOf(kind, s)) + 1e-9);
    const traced = (s: a.Tensor) => negativeLogComplement(radial(kind, s));
    const { values, slopes } = await valuesAndSlopes(traced, points);
    expectClose(values, points.map(exact), 1e-5, 'values');
    expectClose(slopes, centralDifferences(exact, points), 2e-4, 'slopes');
    const near = await valuesAndSlopes((s) => radial(kind, s), points);
    expectClose(
      near.values,
      points.map((s) => radialOf(kind, s)),
      1e-6,
      'h',
    );
    expectClose(
      near.slopes,
      centralDifferences((s) => radialOf(kind, s), points),
      1e-4,
      'slopes of h',
    );
  });

  it('have the slopes of central differences in float64: Deep SAD', async () => {
    const exact = (s: number) => 1 / (s + 1e-9);
    const { values, slopes } = await valuesAndSlopes(inverseDistance, distances);
    expectClose(values, distances.map(exact), 1e-5);
    expectClose(slopes, centralDifferences(exact, distances), 1e-3);
  });

  it('stay finite at the centre and far away', async () => {
    for (const kind of RADIAL_FUNCTIONS) {
      const { values, slopes } = await valuesAndSlopes(
        (s) => negativeLogComplement(radial(kind, s)),
        [0, 1e8, 1e20],
      );
      expect([...values, ...slopes].every(Number.isFinite), kind).toBe(true);
      expectClose(values.slice(1), [0, 0], 1e-6);
    }
    const { values, slopes } = await valuesAndSlopes(inverseDistance, [0, 1e20]);
    expect([...values, ...slopes].every(Number.isFinite)).toBe(true);
  });
});
