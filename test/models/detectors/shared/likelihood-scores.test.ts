import { describe, expect, it } from 'vitest';
import type { Likelihood } from '../../../../models/detectors/shared/likelihood-scorer.ts';
import {
  mapsOf,
  scoreFamily,
  scoreNames,
  scoresOf,
} from '../../../../models/detectors/shared/likelihood-scores.ts';

/** Maps of an 8 x 8 image on three scales, with small whole numbers. */
function likelihood(offset: number): Likelihood {
  const maps = [4, 2, 1].map((side, scale) => ({
    height: side,
    width: side,
    values: Float32Array.from({ length: side * side }, (_, index) => offset + scale * 10 + index),
  }));
  const contributions = maps.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  return { maps, contributions };
}

describe('scores', () => {
  const own = likelihood(-3);
  const general = likelihood(5);

  it('are −log p, and the difference to the general model; for all scales and each', () => {
    const [c1 = 0, c2 = 0, c3 = 0] = own.contributions;
    const scores = scoresOf({ own, general });
    expect(Object.keys(scores).sort()).toEqual(scoreNames(3, true).sort());
    expect(scores['likelihood']).toBe(-(c1 + c2 + c3));
    expect(scores['scale1-likelihood']).toBe(-c1);
    // Each of the general model's values is 8 above: 16, 4 and 1 of them.
    expect(scores).toMatchObject({ ratio: 168, 'scale1-ratio': 128, 'scale2-ratio': 32, 'scale3-ratio': 8 });
    expect(Object.keys(scoresOf({ own, general: null })).sort()).toEqual(scoreNames(3, false).sort());
  });

  it('are the sums of their maps over the pixels of the image', () => {
    const image = { own, general };
    const scores = scoresOf(image);
    for (const [name, { values, cell, width, height }] of Object.entries(mapsOf(image))) {
      expect([width * cell, height * cell]).toEqual([8, 8]);
      const total = values.reduce((sum, value) => sum + value * cell ** 2, 0);
      expect(total).toBeCloseTo(scores[name] ?? NaN, 3);
    }
  });

  it('lie in the whole map where they lie in the maps of the scales', () => {
    const { likelihood: whole } = mapsOf({ own, general: null });
    // Row 1, column 2 of the finest: its own value, that of row 0, column 1, and the only one of the coarsest.
    const expected = -(-3 + 1 * 4 + 2) / 4 - (-3 + 10 + 1) / 16 - (-3 + 20) / 64;
    expect(whole?.values[1 * 4 + 2]).toBeCloseTo(expected, 5);
  });

  it('are drawn in families', () => {
    const names = scoreNames(2, true);
    expect(scoreFamily('ratio', names)).toEqual(['ratio', 'scale1-ratio', 'scale2-ratio']);
    expect(scoreFamily('likelihood', names)).toEqual([
      'likelihood',
      'scale1-likelihood',
      'scale2-likelihood',
    ]);
    expect(scoreFamily('scale2-ratio', names)).toEqual(['scale2-ratio']);
  });
});
