import { describe, expect, it } from 'vitest';
import { fitted, placeUnder } from '../../../renderer/components/viewport/affine.ts';
import { lengthText, probeText, rectangleText } from '../../../renderer/components/viewport/measures.ts';
import type { Pixels } from '../../../renderer/components/viewport/pixels.ts';

const image: Pixels = {
  width: 4,
  height: 3,
  channels: 1,
  values: Int16Array.from({ length: 12 }, (_, index) => index - 4),
  slope: 2,
  intercept: 1,
  window: { centre: 0, width: 1 },
  inverted: false,
  shrink: 1,
};

describe('measurements', () => {
  it('of length are in millimetres where the file gives them, along each axis by its own', () => {
    const spacing = { row: 0.5, column: 2 };
    expect(lengthText({ x: 1, y: 1 }, { x: 3, y: 7 }, spacing)).toBe('5.0 mm');
    expect(lengthText({ x: 0, y: 0 }, { x: 3, y: 4 }, null)).toBe('5.0 px');
  });

  it('of a rectangle are of real values', () => {
    // Stored 1, 2, 5, 6; real 3, 5, 11, 13: mean 8, variance (25 + 9 + 9 + 25) / 4.
    const corners = [
      { x: 0.6, y: 0.7 },
      { x: 2.2, y: 2.4 },
    ];
    expect(rectangleText(image, corners)).toEqual(['mean 8.000 ± 4.123', '3 … 13', '2 × 2 px']);
    expect(rectangleText(image, [{ x: 9, y: 9 }])).toEqual(['outside']);
  });

  it('of a point name the pixel and its real value', () => {
    expect(probeText(image, { x: 0.4, y: -0.3 })).toBe('x 0, y 0: −7');
    expect(probeText(image, { x: 9, y: 0 })).toBe('x 9, y 0: –');
    const colours = { ...image, channels: 3, width: 2, height: 2, slope: 1, intercept: 0 };
    expect(probeText(colours, { x: 1, y: 1 })).toBe('x 1, y 1: 5, 6, 7');
  });
});

describe('where an image lies', () => {
  it('is in the middle of its box, whole', () => {
    expect(fitted({ width: 100, height: 50 }, { width: 400, height: 400 })).toEqual({
      a: 4,
      b: 0,
      c: 0,
      d: 4,
      e: 0,
      f: 100,
    });
  });

  it('tells the place under a point, turned and sheared too', () => {
    const transform = { a: 2, b: 1, c: -1, d: 3, e: 10, f: 20 };
    const [x, y] = [5, 7];
    expect(placeUnder(transform, 2 * x - y + 10, x + 3 * y + 20)).toEqual({ x, y });
    expect(placeUnder({ ...transform, a: 0, b: 0 }, 1, 1)).toBeNull();
  });
});
