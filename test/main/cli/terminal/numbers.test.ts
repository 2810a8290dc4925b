import { describe, expect, it } from 'vitest';
import { countText, durationText, percentText, scoreText } from '../../../../main/cli/terminal/numbers.ts';

describe('numbers for people', () => {
  it.each([
    [12345.678, '12350'],
    [-0.000123456, '-0.0001235'],
    [1.5, '1.500'],
    [0, '0.000'],
    [-9876.54, '-9877'],
    [123456789, '123500000'],
  ])('shows the score %d as %s', (value, text) => {
    expect(scoreText(value)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [61, '1 min 1 s'],
    [599, '9 min 59 s'],
    [601, '10 min'],
    [3599, '1 h 0 min'],
    [7800, '2 h 10 min'],
  ])('shows %d seconds as %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it('shows shares and counts', () => {
    expect(percentText(0.9312)).toBe('93.1 %');
    expect(countText(1, 'image')).toBe('1 image');
    expect(countText(20000, 'image')).toBe('20,000 images');
  });
});
