import { describe, expect, it } from 'vitest';
import { CT_WINDOWS } from '../../../preload/contract.ts';
import {
  EXPLAINED,
  WAYS,
  intensityForm,
  intensityOf,
  namedWindow,
} from '../../../renderer/components/fit/intensity-form.ts';

const filled = (more: Partial<ReturnType<typeof intensityForm>>) =>
  intensityOf({ ...intensityForm(), ...more });

describe('the way from stored values to greys, as it is filled in', () => {
  it('is left to the program at first', () => {
    expect(filled({})).toBeNull();
  });

  it('is what the contract takes, with values that work from the start', () => {
    expect(filled({ way: 'file' })).toEqual({ kind: 'file' });
    expect(filled({ way: 'window' })).toEqual({ kind: 'window', low: -150, high: 250 });
    expect(filled({ way: 'percentile' })).toEqual({
      kind: 'percentile',
      low: 0.5,
      high: 99.5,
      over: 'file',
    });
    expect(filled({ way: 'z-score', over: 'image' })).toEqual({
      kind: 'z-score',
      deviations: 3,
      over: 'image',
    });
  });

  it('is undefined where it cannot be used', () => {
    expect(filled({ way: 'window', windowLow: 5, windowHigh: 5 })).toBeUndefined();
    expect(filled({ way: 'percentile', percentHigh: 101 })).toBeUndefined();
    expect(filled({ way: 'z-score', deviations: 0 })).toBeUndefined();
    // What an emptied field holds.
    expect(filled({ way: 'window', windowLow: NaN })).toBeUndefined();
  });

  it('names the windows of CT, and no other', () => {
    for (const { name, low, high } of CT_WINDOWS) {
      expect(namedWindow({ ...intensityForm(), windowLow: low, windowHigh: high })).toBe(name);
    }
    expect(namedWindow({ ...intensityForm(), windowLow: 1 })).toBeNull();
  });

  it('is explained for each way but the one that explains itself', () => {
    for (const { value } of WAYS) expect(EXPLAINED[value] === '').toBe(value === 'auto');
  });
});
