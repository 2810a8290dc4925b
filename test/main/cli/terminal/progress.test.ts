import { describe, expect, it } from 'vitest';
import { progressLine } from '../../../../main/cli/terminal/progress-line.ts';
import { Rate } from '../../../../main/cli/terminal/rate.ts';

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

describe('a rate', () => {
  it('is unknown before there are two different counts', () => {
    const rate = new Rate();
    expect(rate.perSecond()).toBeNull();
    rate.add(0, 5);
    expect(rate.perSecond()).toBeNull();
    rate.add(1000, 5);
    expect(rate.perSecond()).toBeNull();
  });

  it('starts from the first count, so that a resumed run is not praised for what it found', () => {
    const rate = new Rate();
    rate.add(0, 1000);
    rate.add(2000, 1020);
    expect(rate.perSecond()).toBe(10);
  });

  it('forgets what is long ago', () => {
    const rate = new Rate();
    for (let second = 0; second <= 100; second += 1) rate.add(second * 1000, second);
    for (let second = 1; second <= 20; second += 1) rate.add((100 + second) * 1000, 100 + 4 * second);
    expect(rate.perSecond()).toBe(4);
  });
});
