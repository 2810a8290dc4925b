import type { Inputs } from './preparation.ts';

/** Prepared images by index, least recently used out first, at most `capacity` bytes of pixels; those not in memory are not kept. */
export class PreparedCache {
  readonly #capacity: number;
  // A Map keeps insertion order: its first entry is the least recently used one.
  readonly #entries = new Map<number, Inputs>();
  #bytes = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(index: number): Inputs | undefined {
    const found = this.#entries.get(index);
    if (found) {
      this.#entries.delete(index);
      this.#entries.set(index, found);
    }
    return found;
  }

  set(index: number, inputs: Inputs): void {
    this.#remove(index);
    if (inputs.bytes > this.#capacity || inputs.bytes === 0) return;
    this.#entries.set(index, inputs);
    this.#bytes += inputs.bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#capacity) return;
      this.#remove(oldest);
    }
  }

  #remove(index: number): void {
    const found = this.#entries.get(index);
    if (!found) return;
    this.#entries.delete(index);
    this.#bytes -= found.bytes;
  }
}
