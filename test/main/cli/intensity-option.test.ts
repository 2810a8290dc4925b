import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { intensity } from '../../../main/cli/intensity-option.ts';

describe('--intensity', () => {
  it('takes every way, over the whole file unless told', () => {
    expect(intensity('file')).toEqual({ kind: 'file' });
    expect(intensity('window:-150,250')).toEqual({ kind: 'window', low: -150, high: 250 });
    expect(intensity('window:lung')).toEqual({ kind: 'window', low: -1350, high: 150 });
    expect(intensity(' percentile:0.5,99.5 ')).toEqual({
      kind: 'percentile',
      low: 0.5,
      high: 99.5,
      over: 'file',
    });
    expect(intensity('percentile:1,99/image')).toMatchObject({ over: 'image' });
    expect(intensity('z-score:3')).toEqual({ kind: 'z-score', deviations: 3, over: 'file' });
    expect(intensity('z-score:2.5/image')).toEqual({ kind: 'z-score', deviations: 2.5, over: 'image' });
  });

  it.each([
    ['', 'file:1', 'file/image', 'window', 'window:1', 'window:1,2,3', 'window:1,2/file', 'window:liver'],
    ['window:1..2,3', 'percentile:1', 'percentile:-1,50', 'percentile:1,101', 'percentile:1,99/series'],
    ['z-score:0', 'z-score:-3', 'z-score:1,2', 'z-score:101', 'brightness', '{"kind":"file"}'],
  ])('refuses what it does not know: %s …', (...texts) => {
    for (const text of texts) expect(() => intensity(text), text).toThrow(InvalidArgumentError);
  });

  it('says what is wrong with a window the wrong way round', () => {
    expect(() => intensity('window:5,5')).toThrow('Black must be a smaller value than white.');
    expect(() => intensity('percentile:99,1')).toThrow('Black must be a smaller value than white.');
  });
});
