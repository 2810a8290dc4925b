import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../models/random.ts';
import {
  expectedFlagged,
  thresholdAtFalseAlarmRate,
  thresholdAtValue,
} from '../../../models/scoring/threshold.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('thresholdAtFalseAlarmRate', () => {
  it('flags the one highest of a hundred normals at 1 in 100', () => {
    const { value, falseAlarms, count, rate, tooFew } = thresholdAtFalseAlarmRate(upTo(100).reverse(), 0.01);
    expect({ value, falseAlarms, count, tooFew }).toEqual({
      value: 99,
      falseAlarms: 1,
      count: 100,
      tooFew: false,
    });
    expect(rate.estimate).toBe(0.01);
    expect(rate.low).toBeCloseTo(0.000253, 6);
    expect(rate.high).toBeCloseTo(0.054459, 6);
  });

  it('says when there are too few normals, flags none of them, and gives what is known of the rate', () => {
    const { value, falseAlarms, rate, tooFew } = thresholdAtFalseAlarmRate(upTo(10), 0.01);
    expect({ value, falseAlarms, tooFew }).toEqual({ value: 10, falseAlarms: 0, tooFew: true });
    expect(rate).toMatchObject({ estimate: 0, low: 0 });
    expect(rate.high).toBeCloseTo(0.3085, 4);
    expect(thresholdAtFalseAlarmRate(upTo(99), 0.01).tooFew).toBe(true);
  });

  it('flags nothing where all scores are equal', () => {
    const scores = Array.from({ length: 200 }, () => 3.5);
    const { value, falseAlarms, tooFew } = thresholdAtFalseAlarmRate(scores, 0.1);
    expect({ value, falseAlarms, tooFew }).toEqual({ value: 3.5, falseAlarms: 0, tooFew: false });
    expect(expectedFlagged(scores, value)).toBe(0);
  });

  it('never takes part of a tie: it flags fewer rather than more', () => {
    expect(thresholdAtFalseAlarmRate([1, 2, 3, 9, 9], 0.2)).toMatchObject({ value: 9, falseAlarms: 0 });
    expect(thresholdAtFalseAlarmRate([1, 2, 3, 9, 9], 0.4)).toMatchObject({ value: 3, falseAlarms: 2 });
  });

  it('takes 29 of a hundred at 0.29, though 0.29 · 100 < 29 in floating point', () => {
    expect(thresholdAtFalseAlarmRate(upTo(100), 0.29)).toMatchObject({ value: 71, falseAlarms: 29 });
  });

  it('keeps to the accepted rate, and nothing smaller would', () => {
    const scores = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 });
    const rates = fc.oneof(
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      fc.integer({ min: 1, max: 59 }).map((numerator) => numerator / 60),
    );
    fc.assert(
      fc.property(scores, rates, (normals, accepted) => {
        const { value, falseAlarms, rate } = thresholdAtFalseAlarmRate(normals, accepted);
        const flaggedAt = (threshold: number) => normals.filter((score) => score > threshold).length;
        expect(falseAlarms).toBe(flaggedAt(value));
        expect(flaggedAt(value) / normals.length).toBeLessThanOrEqual(accepted);
        expect(flaggedAt(value - 1e-9) / normals.length).toBeGreaterThan(accepted);
        expect(rate.low).toBeLessThanOrEqual(rate.estimate);
        expect(rate.high).toBeGreaterThan(rate.estimate);
      }),
    );
  });

  it('brackets the true rate of the threshold it chose itself, as often as it says', () => {
    const stream = new RandomStream(4, 'test');
    const covered = upTo(600).filter(() => {
      const { value, rate } = thresholdAtFalseAlarmRate(
        Array.from({ length: 100 }, () => stream.uniform()),
        0.05,
      );
      // A uniform score exceeds the threshold with this chance.
      const truth = 1 - value;
      return rate.low <= truth && truth <= rate.high;
    }).length;
    // 95 % of 600 is 570 with a standard deviation of 5.3, and the interval may only err to the safe side.
    expect(covered).toBeGreaterThanOrEqual(560);
  });

  it.each([0, 1, -0.01, 1.5, NaN])('refuses the rate %f', (rate) => {
    expect(() => thresholdAtFalseAlarmRate([1, 2], rate)).toThrow(
      new RangeError(`an accepted false-alarm rate is in (0, 1), not ${rate}`),
    );
  });

  it('refuses to work without normals or on scores that are not finite', () => {
    expect(() => thresholdAtFalseAlarmRate([], 0.1)).toThrow(
      new RangeError('there are no held-out normal scores'),
    );
    expect(() => thresholdAtFalseAlarmRate([1, NaN], 0.1)).toThrow(
      new RangeError('held-out normal score 1 is NaN, not a finite number'),
    );
  });
});

describe('expectedFlagged', () => {
  it('counts the scores above the threshold, not those on it', () => {
    expect(expectedFlagged([1, 2, 2, 3, 4], 2)).toBe(2);
    expect(expectedFlagged([], 2)).toBe(0);
  });

  it('refuses scores that are not finite and a threshold that is no number', () => {
    expect(() => expectedFlagged([1, Infinity], 2)).toThrow(RangeError);
    expect(() => expectedFlagged([1], NaN)).toThrow(new RangeError('a threshold must be a number'));
  });
});

describe('thresholdAtValue', () => {
  it('says the same of a value as choosing it by its rate did', () => {
    const scores = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(scores, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (normals, accepted) => {
        const { value, falseAlarms, count, rate } = thresholdAtFalseAlarmRate(normals, accepted);
        expect(thresholdAtValue(normals, value)).toEqual({
          value,
          falseAlarms,
          count,
          rate,
          tooFew: falseAlarms === 0,
        });
      }),
    );
  });

  it('may lie anywhere', () => {
    expect(thresholdAtValue([1, 2], -5)).toMatchObject({ falseAlarms: 2, rate: { estimate: 1, high: 1 } });
    expect(thresholdAtValue([1, 2], 5)).toMatchObject({ falseAlarms: 0, tooFew: true, rate: { low: 0 } });
    expect(() => thresholdAtValue([], 1)).toThrow(new RangeError('there are no held-out normal scores'));
    expect(() => thresholdAtValue([1], NaN)).toThrow(new RangeError('a threshold must be a number'));
  });
});
