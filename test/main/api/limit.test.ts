import { describe, expect, it } from 'vitest';
import { Limit } from '../../../main/api/limit.ts';

describe('Limit', () => {
  it('runs so many at once, in order, and goes on after a failure', async () => {
    const limit = new Limit(2);
    let running = 0;
    let most = 0;
    const begun: number[] = [];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 9 }, (_, index) =>
        limit.run(async () => {
          begun.push(index);
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          if (index % 3 === 0) throw new RangeError(`task ${index}`);
          return index;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(
      begun.map((index) => index % 3 !== 0),
    );
    expect(await limit.run(() => Promise.resolve('free again'))).toBe('free again');
  });
});
