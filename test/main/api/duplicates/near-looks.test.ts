import { describe, expect, it } from 'vitest';
import { type Look, LookIndex, lookDistance, parseLook } from '../../../../main/api/duplicates/near-looks.ts';
import { RandomStream } from '../../../../models/random.ts';

/** Ones counted in the text of the binary number. */
function distance(a: string, b: string): number {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length;
}

function text({ high, low }: Look): string {
  return ((BigInt(high) << 32n) | BigInt(low)).toString(16).padStart(16, '0');
}

/** Many, in families whose members differ in a few bits each. */
function families(seed: number): string[] {
  const stream = new RandomStream(seed, 'looks');
  return Array.from({ length: 60 }, () => {
    const founder = { high: stream.bits() >>> 0, low: stream.bits() >>> 0 };
    return Array.from({ length: 8 }, () => {
      let look = BigInt(`0x${text(founder)}`);
      for (let flips = 0; flips < 3; flips++) look ^= 1n << BigInt(Math.floor(stream.uniform() * 64));
      return look.toString(16).padStart(16, '0');
    });
  }).flat();
}

describe('looks', () => {
  it('differ in as many bits as their numbers do', () => {
    for (const [a, b] of [
      ['0000000000000000', 'ffffffffffffffff'],
      ['8000000000000001', '0000000000000000'],
      ['0123456789abcdef', 'fedcba9876543210'],
    ] as const) {
      expect(lookDistance(parseLook(a), parseLook(b))).toBe(distance(a, b));
    }
  });

  it.each([0, 1, 3, 4, 6])('are found within %i bits as by comparing each with each', (reach) => {
    const looks = families(reach);
    const index = new LookIndex(looks.map(parseLook), reach);
    for (const look of looks) {
      const near = looks.flatMap((other, at) => (distance(look, other) <= reach ? [at] : []));
      expect(index.near(parseLook(look)).sort((a, b) => a - b)).toEqual(near);
    }
  });

  it('are found where none is, and where one that is asked for is not among them', () => {
    expect(new LookIndex([], 4).near(parseLook('00000000ffffffff'))).toEqual([]);
    const index = new LookIndex([parseLook('00000000fffffff0')], 4);
    expect(index.near(parseLook('00000000ffffffff'))).toEqual([0]);
    expect(index.near(parseLook('10000000ffffffff'))).toEqual([]);
  });
});
