import type { Scores, TileRule } from '../detectors/method.ts';

/** The scores of an image from those of its tiles, one by one: what is not a number stays none. */
export function scoresOfTiles(tiles: readonly Scores[], rule: TileRule): Scores {
  const [first = {}] = tiles;
  const names = Object.keys(first);
  const joined = (values: readonly number[]): number => {
    switch (rule) {
      case 'sum':
        return values.reduce((total, value) => total + value, 0);
      case 'largest':
        return values.reduce((most, value) => Math.max(most, value), -Infinity);
    }
  };
  return Object.fromEntries(names.map((name) => [name, joined(tiles.map((tile) => tile[name] ?? NaN))]));
}
