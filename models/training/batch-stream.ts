import type { HostTensors } from '../device.ts';
import type { BatchInput } from '../samples.ts';
import { Batches } from './batches.ts';

/** What the steps of a run are given. Batch n depends on the seed and n alone, so that a resumed run sees what an uninterrupted one saw. */
export interface BatchStream {
  /** The name of the tensor that holds the in-distribution samples, its first axis the batch. */
  readonly normal: string;
  /**
   * The objective's inputs at `step` (0, 1, …), in memory of their own.
   * @param attempt 1 draws other noise and augmentation for the same samples
   */
  batch(step: number, attempt: 0 | 1): Promise<HostTensors>;
}

/** Batches of several sources, each in an order of its own. @param normal the in-distribution samples */
export function batchStream(normal: BatchInput, others: readonly BatchInput[], seed: number): BatchStream {
  const all = [
    { name: normal.name, batches: new Batches(normal.samples, normal.size, seed) },
    ...others.map(({ name, samples, size }) => ({
      name,
      batches: new Batches(samples, size, seed, `${name} `),
    })),
  ];
  return {
    normal: normal.name,
    async batch(step, attempt) {
      const tensors = all.map(async ({ name, batches }) => {
        const data = await batches.input(step, attempt);
        return [name, { data, shape: batches.shape }] as const;
      });
      return Object.fromEntries(await Promise.all(tensors));
    },
  };
}

/** The same batches, each made while the device works on the one before. @param steps of the run */
export function readAhead(stream: BatchStream, steps: number): BatchStream {
  let next: { readonly step: number; readonly batch: Promise<HostTensors> } | null = null;
  const begin = (step: number) => {
    const batch = stream.batch(step, 0);
    // A failure is met by whoever takes the batch; until then nobody must call it unhandled.
    batch.catch(() => undefined);
    return batch;
  };
  return {
    normal: stream.normal,
    async batch(step, attempt) {
      if (attempt !== 0) return stream.batch(step, attempt);
      const batch = await (next?.step === step ? next.batch : begin(step));
      next = step + 1 < steps ? { step: step + 1, batch: begin(step + 1) } : null;
      return batch;
    },
  };
}
