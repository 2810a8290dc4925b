import { describe, expect, it } from 'vitest';
import { Kept } from '../../../renderer/components/viewport/kept.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('what is kept', () => {
  it('is loaded once, even when asked for twice at once', async () => {
    const kept = new Kept<number>(10);
    let loads = 0;
    const load = () => Promise.resolve((loads += 1));
    expect(await Promise.all([kept.get('a', load), kept.get('a', load)])).toEqual([1, 1]);
    expect(await kept.get('a', load)).toBe(1);
  });

  it('is bounded in size; what was used longest ago goes first', async () => {
    const kept = new Kept<number>(10, (size) => size);
    for (const [key, size] of [
      ['a', 4],
      ['b', 4],
    ] as const) {
      await kept.get(key, () => Promise.resolve(size));
    }
    await kept.get('a', () => Promise.reject(new Error('kept already')));
    await kept.get('c', () => Promise.resolve(4));
    await settled();
    expect([kept.has('a'), kept.has('b'), kept.has('c')]).toEqual([true, false, true]);
  });

  it('holds the latest even where it alone is too large', async () => {
    const kept = new Kept<number>(10, (size) => size);
    await kept.get('small', () => Promise.resolve(1));
    await kept.get('huge', () => Promise.resolve(1000));
    await settled();
    expect([kept.has('small'), kept.has('huge')]).toEqual([false, true]);
  });

  it('forgets a failure, so that the next asking tries again', async () => {
    const kept = new Kept<number>(10);
    await expect(kept.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    await settled();
    expect(await kept.get('a', () => Promise.resolve(5))).toBe(5);
  });

  it('gives up what is dropped while it loads', async () => {
    const kept = new Kept<number>(10);
    let given: AbortSignal | null = null;
    const loading = kept.get('a', (signal) => {
      given = signal;
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new Error('given up'))),
      );
    });
    kept.drop((key) => key === 'a');
    await expect(loading).rejects.toThrow('given up');
    expect(given).toMatchObject({ aborted: true });
    expect(kept.has('a')).toBe(false);
  });
});
