import { describe, expect, it } from 'vitest';
import { jackknife, meanEstimate } from '../../../bench/accuracy/located-fits.ts';
import { normals } from '../../models/samples.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('jackknife', () => {
  it('gives the standard error of a mean of ten', () => {
    const values = [0.1, 0.5, 0.2, 0.4, 0.6, 0.3, 0.5, 0.4, 0.2, 0.3];
    const { value, low, high } = jackknife(
      values.map((each) => [each]),
      mean,
    );
    const centre = mean(values);
    const error = Math.sqrt(values.reduce((sum, each) => sum + (each - centre) ** 2, 0) / 9 / 10);
    expect(value).toBeCloseTo(centre, 12);
    expect(high - value).toBeCloseTo(1.96 * error, 4);
    expect(value - low).toBeCloseTo(1.96 * error, 4);
  });

  it('holds the truth about as often as it says, also where images of a group are alike', () => {
    const draw = normals(1);
    const runs = 400;
    const held = Array.from({ length: runs }, () => {
      const groups = Array.from({ length: 60 }, () => {
        const common = draw();
        return Array.from({ length: 4 }, () => 0.5 + 0.1 * common + 0.02 * draw());
      });
      const { low, high } = jackknife(groups, mean);
      return low <= 0.5 && 0.5 <= high;
    });
    const share = held.filter(Boolean).length / runs;
    expect(share).toBeGreaterThan(0.88);
    expect(share).toBeLessThan(0.98);
  });
});

describe('meanEstimate', () => {
  it('does not get narrower with seeds, which test the same defects', () => {
    expect(
      meanEstimate([
        { value: 0.5, low: 0.4, high: 0.6 },
        { value: 0.7, low: 0.6, high: 0.8 },
      ]),
    ).toEqual({ value: 0.6, low: 0.5, high: 0.7 });
  });
});
