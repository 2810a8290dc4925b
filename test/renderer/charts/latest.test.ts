import { describe, expect, it } from 'vitest';
import { latest } from '../../../renderer/components/charts/latest.ts';

/** Questions are answered when the test says so. */
function desk() {
  const open: { question: number; answer: () => void; fail: () => void; signal: AbortSignal }[] = [];
  const told: string[] = [];
  const asker = latest<number, string>({
    ask: (question, signal) =>
      new Promise((resolve, reject) => {
        open.push({
          question,
          signal,
          answer: () => resolve(`answer ${question}`),
          fail: () => reject(new Error(`failure ${question}`)),
        });
      }),
    answered: (answer) => told.push(answer),
    failed: (error) => told.push(String(error)),
    gapMs: 0,
  });
  return { open, told, asker };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 10));

describe('asking while something moves', () => {
  it('asks one question at a time and skips those that a newer one overtook', async () => {
    const { open, told, asker } = desk();
    for (const question of [1, 2, 3, 4]) asker.ask(question);
    expect(open.map(({ question }) => question)).toEqual([1]);
    open[0]?.answer();
    await settle();
    expect(open.map(({ question }) => question)).toEqual([1, 4]);
    open[1]?.answer();
    await settle();
    expect(told).toEqual(['answer 1', 'answer 4']);
  });

  it('goes on after a failure', async () => {
    const { open, told, asker } = desk();
    asker.ask(1);
    asker.ask(2);
    open[0]?.fail();
    await settle();
    open[1]?.answer();
    await settle();
    expect(told).toEqual(['Error: failure 1', 'answer 2']);
  });

  it('drops what is under way when stopped, and can be asked again', async () => {
    const { open, told, asker } = desk();
    asker.ask(1);
    asker.ask(2);
    asker.stop();
    expect(open[0]?.signal.aborted).toBe(true);
    open[0]?.answer();
    await settle();
    expect(told).toEqual([]);
    asker.ask(3);
    open[1]?.answer();
    await settle();
    expect(told).toEqual(['answer 3']);
  });
});
