import { RandomStream } from '../random.ts';
import type { SampleSource } from '../samples.ts';

/** Apart from each other by more than any batch draws. */
const BLOCKS_PER_STEP = 2 ** 24;

/**
 * The batches of a run. Batch n depends on the seed and n alone, so that a resumed run sees what an uninterrupted one
 * would have seen.
 */
export class Batches {
  readonly #source: SampleSource;
  readonly #batchSize: number;
  readonly #seed: number;
  readonly #name: string;
  #epoch = -1;
  #order: Uint32Array = new Uint32Array();

  /** @param name tells the sources of one run apart, which are drawn from independently */
  constructor(source: SampleSource, batchSize: number, seed: number, name = '') {
    if (source.count === 0) throw new RangeError('there are no samples to train on');
    this.#source = source;
    this.#batchSize = batchSize;
    this.#seed = seed;
    this.#name = name;
  }

  /** Of a batch. */
  get shape(): readonly number[] {
    return [this.#batchSize, ...this.#source.shape];
  }

  /** Which samples batch `step` (0, 1, …) holds: each epoch passes over all of them in a new order. */
  indices(step: number): number[] {
    return Array.from({ length: this.#batchSize }, (_, slot) => {
      const position = step * this.#batchSize + slot;
      const epoch = Math.floor(position / this.#source.count);
      if (epoch !== this.#epoch) {
        this.#epoch = epoch;
        this.#order = this.#random('order', epoch).permutation(this.#source.count);
      }
      return this.#order[position % this.#source.count] ?? 0;
    });
  }

  /** Batch `step` as model input. `attempt` draws other noise and augmentation for the same samples. */
  async input(step: number, attempt = 0): Promise<Float32Array<ArrayBuffer>> {
    return this.#source.draw(this.indices(step), (purpose) => this.#random(purpose, step * 4 + attempt));
  }

  #random(purpose: string, block: number): RandomStream {
    return new RandomStream(this.#seed, `${this.#name}${purpose}`).seek(block * BLOCKS_PER_STEP);
  }
}
