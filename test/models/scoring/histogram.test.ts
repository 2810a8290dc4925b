import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogram } from '../../../models/scoring/histogram.ts';

describe('histogram', () => {
  it('closes the last bin and opens the others above', () => {
    expect(histogram([0, 1, 1, 2, 3, 4], 4)).toEqual({ edges: [0, 1, 2, 3, 4], counts: [1, 2, 1, 2] });
  });

  it('gives constant values a range around them', () => {
    expect(histogram([5, 5, 5], 2)).toEqual({ edges: [2.5, 5, 7.5], counts: [0, 3] });
    expect(histogram([0], 1)).toEqual({ edges: [-0.5, 0.5], counts: [1] });
    const { edges, counts } = histogram([1e20, 1e20], 3);
    expect(counts).toEqual([0, 2, 0]);
    expect(new Set(edges).size).toBe(4);
  });

  it('puts every value between the edges of its bin, whatever rounding does', () => {
    const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 30 }), (list, bins) => {
        const { edges, counts } = histogram(list, bins);
        const expected = counts.map((_, bin) => {
          const [from = NaN, to = NaN] = edges.slice(bin, bin + 2);
          return list.filter((value) => value >= from && (value < to || (bin === bins - 1 && value === to)));
        });
        expect(edges).toHaveLength(bins + 1);
        expect(counts).toEqual(expected.map((held) => held.length));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(list.length);
      }),
    );
  });

  it.each([
    ['no values', [], 3, 'there are no histogram scores'],
    ['a value that is not finite', [Infinity], 3, 'histogram score 0 is Infinity, not a finite number'],
    ['no bins', [1], 0, 'the number of bins is a whole number from 1, not 0'],
    ['half a bin', [1], 0.5, 'the number of bins is a whole number from 1, not 0.5'],
    ['a range beyond all numbers', [-1e308, 1e308], 2, 'the values from -1e+308 to 1e+308 are too far apart'],
  ])('refuses %s', (_, values, bins, message) => {
    expect(() => histogram(values, bins)).toThrow(new RangeError(message));
  });
});
