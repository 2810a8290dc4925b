import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream, threefry2x32 } from '../../models/random.ts';

describe('threefry2x32', () => {
  // The known answers of Random123 1.14 (kat_vectors, threefry2x32 20).
  it.each([
    [
      [0, 0, 0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ])(
    'gives the known answer for key and counter %j',
    ([key0 = 0, key1 = 0, counter0 = 0, counter1 = 0], answer) => {
      expect(threefry2x32(key0, key1, counter0, counter1)).toEqual(answer);
    },
  );
});

const draws = (stream: RandomStream, count: number) => Array.from({ length: count }, () => stream.bits());

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

describe('RandomStream', () => {
  it('repeats itself for the same seed and purpose, and differs for others', () => {
    const of = (seed: number, purpose: string) => draws(new RandomStream(seed, purpose), 20);
    expect(of(7, 'noise')).toEqual(of(7, 'noise'));
    const streams = [of(7, 'noise'), of(8, 'noise'), of(7, 'batches'), of(7, 'noise ')];
    expect(new Set(streams.map(String)).size).toBe(4);
    expect(new Set(streams.flat()).size).toBe(80);
  });

  it('continues from any block, whatever was drawn before', () => {
    fc.assert(
      fc.property(fc.nat({ max: 50 }), fc.nat({ max: 30 }), (block, before) => {
        const stream = new RandomStream(3, 'test');
        draws(stream, before);
        const [first, second] = draws(stream.seek(block), 2);
        const whole = draws(new RandomStream(3, 'test'), 2 * block + 2);
        expect([first, second]).toEqual(whole.slice(2 * block));
      }),
      { seed: 1 },
    );
  });

  it('carries the counter into its upper word', () => {
    const far = new RandomStream(3, 'test').seek(2 ** 32 + 5);
    expect(draws(far, 2)).not.toEqual(draws(new RandomStream(3, 'test').seek(5), 2));
  });

  // 20,000 draws: bounds are five standard errors.
  it('draws uniforms in [0, 1) with the moments of uniforms', () => {
    const stream = new RandomStream(1, 'uniform');
    const values = Array.from({ length: 20_000 }, () => stream.uniform());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const { mean, variance } = moments(values);
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / 20_000));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / 20_000));
  });

  it('draws normals with the moments of normals', () => {
    const stream = new RandomStream(1, 'normal');
    const values = Array.from({ length: 20_000 }, () => stream.normal());
    const { mean, variance } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(20_000));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
    const fourth = moments(values.map((value) => value ** 4)).mean;
    expect(Math.abs(fourth - 3)).toBeLessThan(5 * Math.sqrt(96 / 20_000));
    const beyond = values.filter((value) => Math.abs(value) > 1.959964).length / values.length;
    expect(Math.abs(beyond - 0.05)).toBeLessThan(5 * Math.sqrt((0.05 * 0.95) / 20_000));
  });

  it('draws whole numbers evenly', () => {
    const stream = new RandomStream(1, 'integer');
    const counts = new Array<number>(7).fill(0);
    for (let draw = 0; draw < 7000; draw++) {
      const value = stream.integer(7);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    // χ² with 6 degrees of freedom: 22.5 is the 99.9 % point.
    expect(counts.reduce((sum, seen) => sum + (seen - 1000) ** 2 / 1000, 0)).toBeLessThan(22.5);
    expect(counts).toHaveLength(7);
  });

  it.each([0, 1, 4, 7, 10_001])('fills %i places with uniforms, the last one too', (length) => {
    const target = new Float32Array(length).fill(9);
    new RandomStream(1, 'fill').fillUniform16(target);
    expect(target.every((value) => value >= 0 && value < 1)).toBe(true);
    if (length > 1000) {
      const { mean, variance } = moments(Array.from(target));
      expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / length));
      expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / length));
    }
  });

  it('puts every number into a permutation once', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), fc.nat(), (count, seed) => {
        const order = new RandomStream(seed, 'permutation').permutation(count);
        expect(Array.from(order).sort((x, y) => x - y)).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
      { seed: 2 },
    );
  });

  it('draws every order of three equally often', () => {
    const stream = new RandomStream(4, 'orders');
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw++) {
      const order = stream.permutation(3).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // χ² with 5 degrees of freedom: 20.5 is the 99.9 % point.
    const distance = [...counts.values()].reduce((sum, seen) => sum + (seen - 1000) ** 2 / 1000, 0);
    expect(distance).toBeLessThan(20.5);
  });
});
