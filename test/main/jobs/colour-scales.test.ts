import { describe, expect, it } from 'vitest';
import { ColourScales } from '../../../main/jobs/colour-scales.ts';

const map = (values: Float32Array) => ({ height: 1, width: values.length, values, cell: 2 });

describe('a colour scale', () => {
  it('spans the 1 % to 99.9 % of all values of all images', () => {
    const colours = new ColourScales(10_000);
    for (let image = 0; image < 10; image++) {
      colours.add({ a: map(Float32Array.from({ length: 1000 }, (_, index) => image * 1000 + index)) });
    }
    expect(colours.scales()['a']).toEqual({ low: 100, high: 9989 });
  });

  it('leaves out what is not finite, and keeps a width where all is one value', () => {
    const colours = new ColourScales(4);
    colours.add({ one: map(Float32Array.of(3, 3, NaN, Infinity)), none: map(Float32Array.of(NaN)) });
    const { one, none } = colours.scales();
    expect(one?.low).toBe(3);
    expect(one?.high).toBeGreaterThan(3);
    expect(none).toBeUndefined();
  });

  it('is about the same from a part of very many values', () => {
    const colours = new ColourScales(2 ** 24);
    for (let image = 0; image < 20; image++) {
      colours.add({ a: map(Float32Array.from({ length: 4096 }, (_, index) => (index * 7919) % 4096)) });
    }
    const { a } = colours.scales();
    expect(a?.low).toBeGreaterThan(20);
    expect(a?.low).toBeLessThan(65);
    expect(a?.high).toBeGreaterThan(4080);
  });
});
