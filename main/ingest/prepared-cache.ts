import type { PreparedImage } from './preparation.ts';

/** Prepared images by index, least recently used out first, at most `capacity` bytes of pixels. */
export class PreparedCache {
  readonly #capacity: number;
  // A Map keeps insertion order: its first entry is the least recently used one.
  readonly #entries = new Map<number, PreparedImage[]>();
  #bytes = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(index: number): PreparedImage[] | undefined {
    const found = this.#entries.get(index);
    if (found) {
      this.#entries.delete(index);
      this.#entries.set(index, found);
    }
    return found;
  }

  set(index: number, prepared: PreparedImage[]): void {
    this.#remove(index);
    const bytes = byteLength(prepared);
    if (bytes > this.#capacity) return;
    this.#entries.set(index, prepared);
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#capacity) return;
      this.#remove(oldest);
    }
  }

  #remove(index: number): void {
    const found = this.#entries.get(index);
    if (!found) return;
    this.#entries.delete(index);
    this.#bytes -= byteLength(found);
  }
}

function byteLength(prepared: readonly PreparedImage[]): number {
  return prepared.reduce((sum, { pixels }) => sum + pixels.byteLength, 0);
}
