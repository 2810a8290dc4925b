import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  niceStep,
  paddedRange,
  pixelOf,
  snap,
  valueAt,
} from '../../../renderer/components/charts/plot-position.ts';

const axis = { left: 60, right: 660, from: -100, to: 200 };

describe('values on an axis', () => {
  it('puts values where the axis has them', () => {
    expect(pixelOf(-100, axis)).toBe(60);
    expect(pixelOf(50, axis)).toBe(360);
    expect(pixelOf(200, axis)).toBe(660);
  });

  it('reads values under the pointer, and the ends of the axis beside it', () => {
    expect(valueAt(360, axis)).toBe(50);
    expect(valueAt(0, axis)).toBe(-100);
    expect(valueAt(9999, axis)).toBe(200);
  });

  it('keeps what lies outside at the end where it can still be taken hold of', () => {
    expect(pixelOf(1e6, axis)).toBe(660);
    expect(pixelOf(-1e6, axis)).toBe(60);
  });

  it('goes from pixel to value and back', () => {
    fc.assert(
      fc.property(fc.double({ min: 60, max: 660, noNaN: true }), (pixel) => {
        expect(pixelOf(valueAt(pixel, axis), axis)).toBeCloseTo(pixel, 6);
      }),
    );
  });

  it('has no width to divide by before the chart is laid out', () => {
    expect(valueAt(10, { ...axis, right: 60 })).toBe(-100);
  });
});

describe('steps of the keyboard', () => {
  it('are 1, 2 or 5 times a power of ten', () => {
    expect(niceStep(0, 100, 100)).toBe(1);
    expect(niceStep(0, 150, 100)).toBe(2);
    expect(niceStep(0, 3, 100)).toBeCloseTo(0.05, 12);
    expect(niceStep(-2000, 9000, 200)).toBe(100);
    expect(niceStep(5, 5, 100)).toBe(1);
  });

  it('divide the range into no more parts than wanted, and no fewer than two fifths of them', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e5, max: 1e5, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
        (from, span) => {
          const parts = (from + span - from) / niceStep(from, from + span, 200);
          expect(parts).toBeLessThanOrEqual(200 * (1 + 1e-6));
          expect(parts).toBeGreaterThanOrEqual(80 * (1 - 1e-6));
        },
      ),
    );
  });

  it('land on numbers that can be read', () => {
    expect(snap(0.30000000000000004, 0.1)).toBe(0.3);
    expect(snap(1234.567, 0.05)).toBe(1234.55);
    expect(snap(-17.36, 0.2)).toBe(-17.4);
    expect(snap(123_456, 5000)).toBe(125_000);
  });
});

describe('the range of the axis', () => {
  it('holds all bins and marks with room to spare', () => {
    const { from, to } = paddedRange([0, 1, 2], [7]);
    expect(from).toBeLessThan(0);
    expect(to).toBeGreaterThan(7);
  });

  it('is never empty', () => {
    expect(paddedRange([], [])).toEqual({ from: 0, to: 1 });
    const { from, to } = paddedRange([3, 3], []);
    expect(to).toBeGreaterThan(from);
  });
});
