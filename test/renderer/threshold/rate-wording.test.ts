import { describe, expect, it } from 'vitest';
import {
  flaggedSentence,
  oneIn,
  rateSentence,
  shareOfOneIn,
  tooFewSentence,
} from '../../../renderer/components/threshold/rate-wording.ts';

describe('rates in words', () => {
  it.each([
    [0, 'none'],
    [0.0001, '1 in 10,000'],
    [0.0083, '1 in 120'],
    [0.01, '1 in 100'],
    [0.0256, '1 in 39'],
    [0.1, '1 in 10'],
    [0.15, '15 in 100'],
    [0.3, '30 in 100'],
    [0.999, '99 in 100'],
    [1, 'all'],
  ])('says %f as "%s"', (rate, words) => {
    expect(oneIn(rate)).toBe(words);
  });

  it('gives the interval from rare to frequent', () => {
    expect(rateSentence({ estimate: 0.01, low: 0.0025, high: 0.025 }, 400)).toBe(
      'About 1 in 100 normal images would be flagged, between 1 in 400 and 1 in 40.',
    );
  });

  it('does not call a rate 0 that was only never seen', () => {
    expect(rateSentence({ estimate: 0, low: 0, high: 0.3 }, 8)).toBe(
      'None of the 8 held-out normals is flagged, so that at most 30 in 100 normal images would be.',
    );
  });

  it('counts in hundreds where rates are high, so that both ends compare', () => {
    expect(rateSentence({ estimate: 0.067, low: 0.0082, high: 0.221 }, 30)).toBe(
      'About 7 in 100 normal images would be flagged, between 0.8 in 100 and 22 in 100.',
    );
  });

  it('says that everything is flagged', () => {
    expect(rateSentence({ estimate: 1, low: 0.7, high: 1 }, 8)).toBe(
      'All of the 8 held-out normals are flagged.',
    );
  });

  it('counts what the screening would show', () => {
    expect(flaggedSentence(12, 308)).toBe('It flags 12 of the 308 images of the screening (3.9\u00a0%).');
    expect(flaggedSentence(0, 308)).toBe('It flags none of the 308 images of the screening.');
    expect(flaggedSentence(0, 0)).toBe('No image of the screening has a score yet.');
  });

  it('warns of few normals, in the singular too', () => {
    expect(tooFewSentence(1)).toMatch(/^1 held-out normal is too few/);
    expect(tooFewSentence(8)).toMatch(/^8 held-out normals are too few/);
  });
});

describe('a rate that is typed as one in so many', () => {
  it.each([
    ['100', 0.01],
    [' 1,000 ', 0.001],
    ['1', null],
    ['0', null],
    ['-5', null],
    ['many', null],
    ['', null],
  ])('reads "%s" as %s', (text, share) => {
    expect(shareOfOneIn(text)).toBe(share);
  });
});
