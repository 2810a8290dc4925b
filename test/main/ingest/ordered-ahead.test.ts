import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { orderedAhead } from '../../../main/ingest/ordered-ahead.ts';
import { collect } from './fixtures.ts';

/** Work that counts how much of it is under way, and takes a few turns of the loop, later items fewer. */
function counted(): { work: (n: number) => Promise<number>; running: () => number; most: () => number } {
  let running = 0;
  let most = 0;
  const work = async (n: number): Promise<number> => {
    running++;
    most = Math.max(most, running);
    for (let turn = 0; turn < 7 - (n % 7); turn++) await setImmediate();
    running--;
    return n * 2;
  };
  return { work, running: () => running, most: () => most };
}

const numbers = Array.from({ length: 50 }, (_, i) => i);

describe('orderedAhead', () => {
  it('keeps the order and works side by side, never on more than the limit', async () => {
    const { work, most } = counted();
    expect(await collect(orderedAhead(numbers, 4, work))).toEqual(numbers.map((n) => n * 2));
    expect(most()).toBe(4);
  });

  it('takes no more from its source than the limit ahead', async () => {
    let taken = 0;
    function* source(): Generator<number> {
      for (const n of numbers) {
        taken++;
        yield n;
      }
    }
    let given = 0;
    for await (const n of orderedAhead(source(), 4, counted().work)) {
      expect(n).toBe(given * 2);
      given++;
      expect(taken - given).toBeLessThan(4);
    }
    expect(given).toBe(50);
  });

  it('closes its source and waits for the work under way when closed early', async () => {
    const { work, running } = counted();
    let closed = false;
    function* source(): Generator<number> {
      try {
        // Done sooner than those behind it.
        yield 6;
        yield* numbers;
      } finally {
        closed = true;
      }
    }
    for await (const first of orderedAhead(source(), 4, work)) {
      expect(first).toBe(12);
      expect(running()).toBeGreaterThan(0);
      break;
    }
    expect(closed).toBe(true);
    expect(running()).toBe(0);
  });

  it('throws what the work throws, at its turn, after the results before it', async () => {
    const given: number[] = [];
    const run = async (): Promise<void> => {
      const work = (n: number): Promise<number> =>
        n === 3 ? Promise.reject(new Error('third')) : Promise.resolve(n);
      for await (const n of orderedAhead(numbers, 4, work)) given.push(n);
    };
    await expect(run()).rejects.toThrow('third');
    expect(given).toEqual([0, 1, 2]);
  });
});
