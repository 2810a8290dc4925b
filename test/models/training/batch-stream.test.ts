import { describe, expect, it } from 'vitest';
import type { BatchInput } from '../../../models/samples.ts';
import { batchStream, readAhead } from '../../../models/training/batch-stream.ts';

const STEPS = 6;

/** Its samples are their index and a random number; `drawn` gets the indices of each batch as it is drawn. */
function numbers(name: string, drawn: number[][] = []): BatchInput {
  return {
    name,
    size: 2,
    samples: {
      count: 5,
      shape: [2],
      draw(indices, random) {
        drawn.push([...indices]);
        const stream = random('numbers');
        return Promise.resolve(Float32Array.from(indices.flatMap((index) => [index, stream.uniform()])));
      },
    },
  };
}

describe('batches made ahead', () => {
  it('are those that are asked for: in turn, from the middle, and anew', async () => {
    const plain = batchStream(numbers('normal'), [numbers('others')], 3);
    const ahead = readAhead(batchStream(numbers('normal'), [numbers('others')], 3), STEPS);
    for (const [step, attempt] of [
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 0],
      [5, 0],
      [3, 0],
      [4, 0],
    ] as const)
      expect(await ahead.batch(step, attempt)).toEqual(await plain.batch(step, attempt));
  });

  it('are drawn once, the next before it is asked for, and none after the last', async () => {
    const drawn: number[][] = [];
    const ahead = readAhead(batchStream(numbers('normal', drawn), [], 3), STEPS);
    await ahead.batch(0, 0);
    expect(drawn).toHaveLength(2);
    for (let step = 1; step < STEPS; step++) await ahead.batch(step, 0);
    expect(drawn).toHaveLength(STEPS);
  });

  it('fail when they are asked for, not before', async () => {
    const failing = numbers('normal');
    let left = 1;
    const stream = batchStream(
      {
        ...failing,
        samples: {
          ...failing.samples,
          draw: (indices, random) =>
            left-- > 0 ? failing.samples.draw(indices, random) : Promise.reject(new Error('no disk')),
        },
      },
      [],
      3,
    );
    const ahead = readAhead(stream, STEPS);
    await ahead.batch(0, 0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(ahead.batch(1, 0)).rejects.toThrow('no disk');
  });
});
