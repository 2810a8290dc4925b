import { describe, expect, it } from 'vitest';
import {
  colourise as pictureColours,
  viridis as pictureViridis,
} from '../../../models/scoring/colour-map.ts';
import { colourise, cover, ticks, viridis } from '../../../renderer/components/viewport/colour-map.ts';

describe('the colours of the window', () => {
  it('are those of the pictures that the program draws', () => {
    for (let step = -100; step <= 1100; step++) {
      expect(viridis(step / 1000)).toEqual(pictureViridis(step / 1000));
    }
  });

  it('are laid over values as in the pictures, to a step of a 1024th of the scale', () => {
    const map = Float32Array.from({ length: 500 }, (_, index) => -3 + index / 50);
    const scale = { low: -1.5, high: 4.25 };
    const rgba = colourise(map, scale);
    const rgb = pictureColours(map, scale.low, scale.high);
    map.forEach((_, index) => {
      for (let channel = 0; channel < 3; channel++) {
        const difference = (rgba[index * 4 + channel] ?? NaN) - (rgb[index * 3 + channel] ?? NaN);
        expect(Math.abs(difference)).toBeLessThanOrEqual(1);
      }
    });
  });

  it('clamp what lies beyond the scale and leave NaN bare', () => {
    const rgba = colourise(Float32Array.of(-1e9, 1e9, Infinity, -Infinity, NaN), { low: 0, high: 1 });
    expect([...rgba]).toEqual([68, 1, 84, 0, 253, 231, 37, 255, 253, 231, 37, 255, 68, 1, 84, 0, 0, 0, 0, 0]);
  });

  it('leave a map that lies low on the scale invisible, and cover more the higher it lies', () => {
    const calm = colourise(
      Float32Array.from({ length: 100 }, (_, index) => index / 700),
      { low: 0, high: 1 },
    );
    expect(calm.filter((_, index) => index % 4 === 3).every((alpha) => alpha === 0)).toBe(true);
    const covers = Array.from({ length: 101 }, (_, index) => cover(index / 100));
    expect(covers).toEqual(covers.toSorted((a, b) => a - b));
    expect(covers.at(-1)).toBe(1);
  });
});

describe('the ticks of a legend', () => {
  it.each([
    [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-1.5, 4.25, [0, 2, 4]],
    [-0.03, 0.012, [-0.03, -0.02, -0.01, 0, 0.01]],
    [0, 730, [0, 200, 400, 600]],
  ])('of %f to %f are round numbers inside', (low, high, expected) => {
    const found = ticks({ low, high });
    expect(found).toHaveLength(expected.length);
    found.forEach((tick, index) => expect(tick).toBeCloseTo(expected[index] ?? NaN, 9));
  });

  it('of a scale without extent are its one value', () => {
    expect(ticks({ low: 2, high: 2 })).toEqual([2]);
  });
});
