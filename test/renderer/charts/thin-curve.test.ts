import { describe, expect, it } from 'vitest';
import { thinCurve } from '../../../renderer/components/charts/thin-curve.ts';

const wave = Array.from({ length: 10_000 }, (_, x) => ({
  x,
  y: x === 4321 ? 99 : x === 77 ? -99 : Math.sin(x),
}));

describe('thinning a curve', () => {
  it('leaves a short curve as it is', () => {
    expect(thinCurve(wave.slice(0, 50), 50)).toEqual(wave.slice(0, 50));
    expect(thinCurve([], 10)).toEqual([]);
  });

  it('keeps to the number of points, both ends, every peak, and the order', () => {
    for (const most of [4, 7, 40, 1500]) {
      const thin = thinCurve(wave, most);
      expect(thin.length).toBeLessThanOrEqual(most);
      expect(thin[0]).toEqual(wave[0]);
      expect(thin.at(-1)).toEqual(wave.at(-1));
      expect(thin).toContainEqual({ x: 4321, y: 99 });
      expect(thin).toContainEqual({ x: 77, y: -99 });
      expect(thin.every(({ x }, index) => index === 0 || x > (thin[index - 1]?.x ?? x))).toBe(true);
    }
  });

  it('adds no point of its own', () => {
    const known = new Set(wave);
    expect(thinCurve(wave, 100).every((point) => known.has(point))).toBe(true);
  });
});
