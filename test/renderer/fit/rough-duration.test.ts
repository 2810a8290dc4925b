import { describe, expect, it } from 'vitest';
import { roughDuration } from '../../../renderer/components/fit/rough-duration.ts';

describe('an estimated time', () => {
  it.each([
    [0.3, '5 s'],
    [43, '45 s'],
    [89, '90 s'],
    [100, '2 min'],
    [750, '13 min'],
    [2968, '50 min'],
    [5399, '90 min'],
    [5400, '1.5 h'],
    [27_500, '7.5 h'],
    [118_800, '33 h'],
    [172_800, '2 days'],
    [1e9, '11,574 days'],
  ])('of %d seconds is about %s', (seconds, text) => {
    expect(roughDuration(seconds)).toBe(text);
  });
});
