import { describe, expect, it } from 'vitest';
import {
  bytesText,
  countText,
  dateText,
  durationText,
  percentText,
  scoreText,
  shortPath,
} from '../../renderer/format.ts';

describe('scoreText', () => {
  it('keeps about four digits at any size, with a true minus', () => {
    expect([0.0123, 3.14159, 31.4159, 314.159, 3141.59, -12.5, 0].map(scoreText)).toEqual([
      '0.012',
      '3.142',
      '31.42',
      '314.2',
      '3,142',
      '−12.50',
      '0.000',
    ]);
  });

  it('tells small scores from 0 and from each other', () => {
    expect([0.00123, 0.000123, -4.56e-9].map(scoreText)).toEqual(['0.0012', '1.2e−4', '−4.6e−9']);
  });

  it('has no number for what is none', () => {
    expect([Number.NaN, Infinity].map(scoreText)).toEqual(['–', '–']);
  });
});

describe('countText', () => {
  it('groups thousands and agrees with its noun', () => {
    expect(countText(1, 'image')).toBe('1 image');
    expect(countText(0, 'image')).toBe('0 images');
    expect(countText(12_345, 'entry', 'entries')).toBe('12,345 entries');
    expect(countText(12_345)).toBe('12,345');
  });
});

describe('durationText', () => {
  it('names two units at most', () => {
    expect([0, 0.44, 9.94, 45, 200, 7500, 273_600].map(durationText)).toEqual([
      '0 s',
      '0.4 s',
      '9.9 s',
      '45 s',
      '3 min 20 s',
      '2 h 5 min',
      '3 d 4 h',
    ]);
  });

  it('never carries into sixty of the smaller unit', () => {
    expect([9.96, 59.6, 119.7, 3599.6, 7199, 86_399].map(durationText)).toEqual([
      '10 s',
      '1 min',
      '2 min',
      '1 h',
      '2 h',
      '1 d',
    ]);
  });

  it('has no words for what is no duration', () => {
    expect([-1, Infinity, Number.NaN].map(durationText)).toEqual(['–', '–', '–']);
  });
});

describe('percentText', () => {
  it('tells a little from nothing, and nearly all from all', () => {
    expect([0, 0.0004, 0.012, 0.05, 0.34, 0.9995, 1].map(percentText)).toEqual([
      '0 %',
      '< 0.1 %',
      '1.2 %',
      '5 %',
      '34 %',
      '> 99.9 %',
      '100 %',
    ]);
  });
});

describe('bytesText', () => {
  it('changes the unit before four digits are needed', () => {
    expect([0, 812, 1400, 999_600, 23_456_789, 1.5e12].map(bytesText)).toEqual([
      '0 B',
      '812 B',
      '1.4 kB',
      '1.0 MB',
      '23 MB',
      '1.5 TB',
    ]);
  });
});

describe('dateText', () => {
  it("is the reader's own time", () => {
    const local = new Date(2026, 2, 1, 14, 5);
    expect(dateText(local.toISOString())).toBe('2026-03-01 14:05');
    expect(dateText('never')).toBe('–');
  });
});

describe('shortPath', () => {
  it('leaves what fits, and else keeps both ends within the length', () => {
    expect(shortPath('a/b.png')).toBe('a/b.png');
    const short = shortPath('/data/series/of/a/very/long/name/that/goes/on/slice-0042.dcm', 30);
    expect(short).toHaveLength(30);
    expect(short.startsWith('/data/')).toBe(true);
    expect(short.endsWith('slice-0042.dcm')).toBe(true);
  });
});
