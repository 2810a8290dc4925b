import { describe, expect, it } from 'vitest';
import { MapCache } from '../../../../main/api/pictures/map-cache.ts';

/** Maps of 16 bytes in all. */
function maps() {
  return {
    width: 2,
    height: 1,
    image: new Uint8Array(8),
    maps: { likelihood: new Float32Array(2) },
    scores: {},
  };
}

describe('MapCache', () => {
  it('lets go what was not used for longest, and never holds more than it may', () => {
    const cache = new MapCache(40);
    const first = maps();
    cache.put('first', first);
    cache.put('second', maps());
    expect(cache.get('first')).toBe(first);
    cache.put('third', maps());
    expect(['first', 'second', 'third'].map((key) => cache.has(key))).toEqual([true, false, true]);
    cache.put('third', maps());
    expect(cache.has('first')).toBe(true);
    cache.put('large', { ...maps(), image: new Uint8Array(100) });
    expect(['first', 'third', 'large'].some((key) => cache.has(key))).toBe(false);
  });
});
