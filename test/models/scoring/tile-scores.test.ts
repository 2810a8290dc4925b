import { describe, expect, it } from 'vitest';
import { scoresOfTiles } from '../../../models/scoring/tile-scores.ts';

const tiles = [
  { a: 1, b: 2 },
  { a: 10, b: -2 },
];

describe('the scores of tiles', () => {
  it('add up where they are likelihoods', () => {
    expect(scoresOfTiles(tiles, 'sum')).toEqual({ a: 11, b: 0 });
  });

  it('are those of the worst tile where they are distances', () => {
    expect(scoresOfTiles(tiles, 'largest')).toEqual({ a: 10, b: 2 });
  });

  it('are no number where one of them is none', () => {
    for (const rule of ['sum', 'largest'] as const) {
      expect(scoresOfTiles([{ a: 1 }, { a: NaN }, { a: 3 }], rule)).toEqual({ a: NaN });
    }
  });

  it('of one tile are its own, in their order', () => {
    expect(Object.entries(scoresOfTiles([{ ratio: 3, likelihood: 4 }], 'largest'))).toEqual([
      ['ratio', 3],
      ['likelihood', 4],
    ]);
  });
});
