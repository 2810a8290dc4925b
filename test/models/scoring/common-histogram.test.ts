import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonHistogram } from '../../../models/scoring/common-histogram.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('commonHistogram', () => {
  it('puts the sets on the same bins', () => {
    expect(commonHistogram([[0, 1, 1, 4], [3]], 4)).toEqual({
      edges: [0, 1, 2, 3, 4],
      counts: [
        [1, 2, 0, 1],
        [0, 0, 0, 1],
      ],
    });
    expect(commonHistogram([[], [0, 2]], 2)).toEqual({
      edges: [0, 1, 2],
      counts: [
        [0, 0],
        [1, 1],
      ],
    });
  });

  it('is not squeezed by a few values far away, which the outer bins hold', () => {
    const { edges, counts } = commonHistogram([upTo(1000), [-1e12, ...upTo(1000), 1e12, 1e15]], 10);
    expect(edges[0]).toBeGreaterThan(-1000);
    expect(edges.at(-1)).toBeLessThan(2000);
    expect(counts[1]?.[0]).toBeGreaterThan(0);
    expect(counts.map((set) => set.reduce((sum, count) => sum + count))).toEqual([1000, 1003]);
  });

  it('shows the whole of a second hill, however far away', () => {
    const far = upTo(500).map((value) => 1e6 + value);
    const { edges, counts } = commonHistogram([upTo(500), far], 20);
    expect(edges.at(-1)).toBeGreaterThan(1e6 + 498);
    expect(counts[0]?.[0]).toBe(500);
    expect(counts[1]?.at(-1)).toBe(500);
  });

  it('counts every value once, between the edges of its bin or beyond the outer ones', () => {
    const set = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(set, set, fc.integer({ min: 1, max: 30 }), (first, second, bins) => {
        fc.pre(first.length + second.length > 0);
        const { edges, counts } = commonHistogram([first, second], bins);
        expect(edges).toEqual([...edges].sort((a, b) => a - b));
        [first, second].forEach((values, index) => {
          const expected = upTo(bins).map((bin) => {
            const from = bin === 0 ? -Infinity : (edges[bin] ?? NaN);
            const to = bin === bins - 1 ? Infinity : (edges[bin + 1] ?? NaN);
            return values.filter((value) => value >= from && value < to).length;
          });
          expect(counts[index]).toEqual(expected);
        });
      }),
    );
  });

  it.each([
    ['no values', [[], []], 3, 'there are no histogram scores'],
    ['a value that is not finite', [[0], [NaN]], 3, 'histogram score 0 is NaN, not a finite number'],
    ['half a bin', [[1]], 0.5, 'the number of bins is a whole number from 1, not 0.5'],
    [
      'a range beyond all numbers',
      [[-1e308], [1e308]],
      2,
      'the values from -1e+308 to 1e+308 are too far apart',
    ],
  ])('refuses %s', (_, sets, bins, message) => {
    expect(() => commonHistogram(sets, bins)).toThrow(new RangeError(message));
  });
});
