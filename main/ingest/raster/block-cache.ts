import { MAX_BLOCK_BYTES } from '../limits.ts';
import type { Block } from './raster-page.ts';

/** Decoded blocks of one file, the least recently used out first, at most MAX_BLOCK_BYTES. */
export class BlockCache {
  // A Map keeps insertion order: its first entry is the least recently used one.
  readonly #entries = new Map<string, { readonly block: Promise<Block>; bytes: number }>();
  #bytes = 0;

  /** Readings side by side share one decoding; one that fails is not kept. */
  async get(key: string, load: () => Promise<Block>): Promise<Block> {
    const found = this.#entries.get(key);
    if (found) {
      this.#entries.delete(key);
      this.#entries.set(key, found);
      return found.block;
    }
    const entry = { block: load(), bytes: 0 };
    this.#entries.set(key, entry);
    try {
      const block = await entry.block;
      entry.bytes = block.values.byteLength;
      this.#bytes += entry.bytes;
      this.#trim();
      return block;
    } catch (thrown) {
      this.#entries.delete(key);
      throw thrown;
    }
  }

  #trim(): void {
    for (const [key, { bytes }] of this.#entries) {
      if (this.#bytes <= MAX_BLOCK_BYTES) return;
      // Those still loading have no size yet, and someone waits for them.
      if (bytes === 0) continue;
      this.#entries.delete(key);
      this.#bytes -= bytes;
    }
  }
}
