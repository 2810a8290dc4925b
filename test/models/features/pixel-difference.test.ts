import { describe, expect, it } from 'vitest';
import {
  differenceHistogram,
  pixelDifferences,
  pseudoLogLikelihood,
} from '../../../models/features/pixel-difference.ts';
import { chance } from '../samples.ts';

const shape = { channels: 1, height: 3, width: 3 } as const;

describe('differences from the mean around', () => {
  it('are those of the formula, over what lies inside the image', () => {
    const image = Uint8Array.from([9, 0, 0, 0, 18, 0, 0, 0, 0]);
    const found = pixelDifferences(image, shape);
    expect(found[4]).toBe(18 - 27 / 9);
    expect(found[0]).toBe(9 - 27 / 4);
    expect(found[1]).toBe(0 - 27 / 6);
    expect(found[8]).toBe(0 - 18 / 4);
  });

  it('do not cross from channel to channel', () => {
    const image = Uint8Array.from({ length: 27 }, (_, at) => Math.floor(at / 9) * 100);
    expect(pixelDifferences(image, { ...shape, channels: 3 }).every((value) => value === 0)).toBe(true);
  });
});

describe('the likelihood of differences', () => {
  it('is the share of the bin, one more difference in each', () => {
    const flat = new Uint8Array(9).fill(50);
    const histogram = differenceHistogram([flat, flat], shape);
    expect(histogram).toHaveLength(100);
    expect(histogram.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 12);
    // 18 differences of 0, in the 51st of 100 bins.
    expect(histogram[50]).toBeCloseTo(Math.log(19 / 118), 12);
    expect(pseudoLogLikelihood(flat, shape, histogram)).toBeCloseTo(9 * Math.log(19 / 118), 10);
  });

  it('is higher the smoother an image is, under smooth images', () => {
    const draw = chance(1);
    const big = { channels: 1, height: 16, width: 16 } as const;
    const noisy = (spread: number) => Uint8Array.from({ length: 256 }, () => 128 + spread * (draw() - 0.5));
    const histogram = differenceHistogram(
      Array.from({ length: 20 }, () => noisy(30)),
      big,
    );
    const values = [10, 30, 90, 250].map((spread) => pseudoLogLikelihood(noisy(spread), big, histogram));
    expect(values).toEqual(values.toSorted((one, other) => other - one));
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it('needs an image', () => {
    expect(() => differenceHistogram([], shape)).toThrow('at least one image');
  });
});
