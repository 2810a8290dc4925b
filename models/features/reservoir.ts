import type { RandomStream } from '../random.ts';
import { type Features, row } from './features.ts';

/**
 * A uniform sample of bounded size from vectors that pass by once (Li 1994, algorithm L): its memory does not grow with
 * their number, and it draws numbers only for those that it takes.
 */
export class Reservoir {
  readonly #random: RandomStream;
  readonly #most: number;
  readonly #dimensions: number;
  readonly #values: Float32Array<ArrayBuffer>;
  #seen = 0;
  /** The next vector to be taken, counted from the first, once the reservoir is full. */
  #next: number;
  #logWeight = 0;

  /** @param most vectors, from 1 */
  constructor(most: number, dimensions: number, random: RandomStream) {
    this.#random = random;
    this.#most = most;
    this.#dimensions = dimensions;
    this.#values = new Float32Array(most * dimensions);
    this.#next = most - 1;
    this.#skip();
  }

  add(features: Features): void {
    const before = this.#seen;
    this.#seen += features.count;
    for (let index = before; index < Math.min(this.#seen, this.#most); index++) {
      this.#values.set(row(features, index - before), index * this.#dimensions);
    }
    while (this.#next < this.#seen) {
      const place = this.#random.integer(this.#most);
      this.#values.set(row(features, this.#next - before), place * this.#dimensions);
      this.#skip();
    }
  }

  sample(): Features {
    const count = Math.min(this.#seen, this.#most);
    return { values: this.#values.slice(0, count * this.#dimensions), count, dimensions: this.#dimensions };
  }

  #skip(): void {
    this.#logWeight += Math.log(1 - this.#random.uniform()) / this.#most;
    const passed = Math.log(1 - this.#random.uniform()) / Math.log1p(-Math.exp(this.#logWeight));
    this.#next += Math.floor(passed) + 1;
  }
}
