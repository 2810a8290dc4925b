import { describe, expect, it } from 'vitest';
import { progressLine } from '../../../../main/cli/terminal/progress-line.ts';

describe('a progress line', () => {
  it('shows share, rate, note and time left', () => {
    const state = {
      title: 'Fitting mri',
      done: 1620,
      total: 3600,
      unit: 'steps',
      imagesPerSecond: 184.3,
      secondsLeft: 340,
      note: '3.41 bits/dim',
    };
    expect(progressLine(state, true)).toBe(
      'Fitting mri  █████████░░░░░░░░░░░   45 %  1,620/3,600 steps  184 images/s  5 min 40 s left  3.41 bits/dim',
    );
    expect(progressLine(state, false)).not.toContain('█');
  });

  it('leaves out what nobody knows', () => {
    const state = {
      title: 'Reading',
      done: 7,
      total: null,
      unit: 'files',
      imagesPerSecond: null,
      secondsLeft: null,
      note: '',
    };
    expect(progressLine(state, true)).toBe('Reading  7 files');
  });

  it('is not troubled by an empty total or by more than was expected', () => {
    const state = { title: 'x', unit: 'files', imagesPerSecond: null, secondsLeft: null, note: '' };
    expect(progressLine({ ...state, done: 0, total: 0 }, true)).toBe('x  0/0 files');
    expect(progressLine({ ...state, done: 3, total: 2 }, true)).toContain('100 %');
  });
});
