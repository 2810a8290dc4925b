import type { ImageMaps } from '../../jobs/heatmap-job.ts';

/** Enough to go back and forth among some hundred cases of common size. */
const MOST_BYTES = 64 * 2 ** 20;

/** Maps of the cases looked at last, by key. */
export class MapCache {
  readonly #mostBytes: number;
  /** In the order of their last use. */
  readonly #kept = new Map<string, ImageMaps>();
  #bytes = 0;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  has(key: string): boolean {
    return this.#kept.has(key);
  }

  get(key: string): ImageMaps | undefined {
    const maps = this.#kept.get(key);
    if (maps === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, maps);
    return maps;
  }

  put(key: string, maps: ImageMaps): void {
    this.#remove(key);
    this.#kept.set(key, maps);
    this.#bytes += bytesOf(maps);
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const maps = this.#kept.get(key);
    if (maps === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= bytesOf(maps);
  }
}

function bytesOf({ image, maps }: ImageMaps): number {
  return Object.values(maps).reduce((sum, map) => sum + map.byteLength, image.byteLength);
}
