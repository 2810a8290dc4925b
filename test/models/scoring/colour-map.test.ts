import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourise, viridis } from '../../../models/scoring/colour-map.ts';

/** Entries of Matplotlib 3.11's 256-colour table: index, red, green, blue. */
const MATPLOTLIB = [
  [0, 68, 1, 84],
  [2, 69, 4, 87],
  [3, 69, 5, 89],
  [8, 71, 13, 96],
  [13, 72, 20, 103],
  [22, 72, 32, 113],
  [32, 71, 45, 123],
  [48, 66, 64, 134],
  [63, 59, 81, 139],
  [77, 52, 96, 141],
  [92, 46, 111, 142],
  [113, 38, 130, 142],
  [127, 33, 144, 141],
  [128, 33, 145, 140],
  [138, 31, 154, 138],
  [152, 34, 167, 133],
  [163, 44, 177, 126],
  [178, 66, 190, 113],
  [188, 86, 198, 103],
  [202, 117, 208, 84],
  [213, 144, 215, 67],
  [222, 168, 219, 52],
  [233, 197, 224, 33],
  [242, 221, 227, 24],
  [247, 234, 229, 26],
  [253, 248, 230, 33],
  [255, 253, 231, 37],
] as const;

const luminance = ([red, green, blue]: readonly number[]) =>
  0.2126 * ((red ?? NaN) / 255) ** 2.2 +
  0.7152 * ((green ?? NaN) / 255) ** 2.2 +
  0.0722 * ((blue ?? NaN) / 255) ** 2.2;

describe('viridis', () => {
  it.each(MATPLOTLIB)('is Matplotlib’s colour %i: %i, %i, %i', (index, ...expected) => {
    viridis(index / 255).forEach((channel, position) => {
      expect(Math.abs(channel - (expected[position] ?? NaN))).toBeLessThanOrEqual(1);
    });
  });

  it('is exact at its ends and clamps beyond them', () => {
    expect(viridis(0)).toEqual([68, 1, 84]);
    expect(viridis(1)).toEqual([253, 231, 37]);
    expect(viridis(-3)).toEqual(viridis(0));
    expect(viridis(Infinity)).toEqual(viridis(1));
  });

  it('brightens all the way, so that order can be read without colour', () => {
    const levels = Array.from({ length: 64 }, (_, index) => luminance(viridis(index / 63)));
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
    expect(new Set(levels).size).toBe(64);
  });

  it('refuses NaN', () => {
    expect(() => viridis(NaN)).toThrow(RangeError);
  });
});

describe('colourise', () => {
  it('lays the fixed scale over the values, clamping and greying', () => {
    const map = Float32Array.of(-2, 6, 2, -100, 100, Infinity, -Infinity, NaN);
    const [dark, bright] = [viridis(0), viridis(1)];
    expect([...colourise(map, -2, 6)]).toEqual(
      [dark, bright, viridis(0.5), dark, bright, bright, dark, [128, 128, 128]].flat(),
    );
  });

  it('leaves a map that lies low on the scale dark', () => {
    const pixels = colourise(Float32Array.of(0.1, 0.2, 0.3), 0, 1000);
    expect([...pixels]).toEqual([...viridis(0), ...viridis(0), ...viridis(0)]);
  });

  it('gives three bytes for any value', () => {
    fc.assert(
      fc.property(fc.float32Array(), (map) => {
        expect(colourise(map, -1, 1)).toHaveLength(map.length * 3);
      }),
    );
  });

  it.each([
    [1, 1],
    [2, 1],
    [NaN, 1],
    [0, Infinity],
  ])('refuses the scale %f to %f', (low, high) => {
    expect(() => colourise(Float32Array.of(1), low, high)).toThrow(
      new RangeError(`a colour scale needs a finite low below its high, not ${low} to ${high}`),
    );
  });
});
