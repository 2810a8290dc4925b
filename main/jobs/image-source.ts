import type { ImageShape, ImageSource } from '../../models/images.ts';
import { IngestError } from '../ingest/errors.ts';
import type { PreparedImages } from '../ingest/loader.ts';
import { JobError } from './job-error.ts';

export interface ReplacedFile {
  readonly relativePath: string;
  readonly reason: string;
  /** Such files so far. */
  readonly count: number;
}

/**
 * The images of a folder as training takes them: by index over all files and, where images are tiled, their tiles. A file
 * that can no longer be used is replaced by the next one that can, always the same, and told of once.
 */
export class FolderImages implements ImageSource {
  readonly shape: ImageShape;
  readonly count: number;
  readonly #images: PreparedImages<number>;
  /** The index of each file's first image, and one more for the end. */
  readonly #starts: readonly number[];
  readonly #broken = new Set<number>();
  readonly #onReplaced: (file: ReplacedFile) => void;

  /** @param tiles how many images each file gives */
  constructor(
    images: PreparedImages<number>,
    tiles: readonly number[],
    onReplaced: (file: ReplacedFile) => void,
  ) {
    const { channels, height, width } = images.preparation;
    this.shape = { channels, height, width };
    this.#images = images;
    this.#starts = startsOf(tiles);
    this.count = this.#starts.at(-1) ?? 0;
    this.#onReplaced = onReplaced;
  }

  /** @throws JobError 'no-readable-images' when not one file is left */
  async read(indices: readonly number[]): Promise<readonly Uint8Array[]> {
    const loaded = await this.#load(indices);
    const images: Uint8Array[] = [];
    for (const index of indices) images.push(loaded.get(index) ?? (await this.#substitute(index)));
    return images;
  }

  /** The images by index, without those of broken files. */
  async #load(indices: readonly number[]): Promise<Map<number, Uint8Array>> {
    const wanted = Map.groupBy(new Set(indices), (index) => this.#fileOf(index));
    const order = [...wanted.keys()].filter((file) => !this.#broken.has(file));
    const loaded = new Map<number, Uint8Array>();
    for await (const item of this.#images.images(order)) {
      if ('error' in item) {
        this.#noteBroken(item.index, item.error.message);
        continue;
      }
      // Only the tiles asked for: a large file's others would fill the memory.
      const { inputs } = item;
      for (const index of wanted.get(item.index) ?? []) {
        const tile = (index - (this.#starts[item.index] ?? 0)) % inputs.places.length;
        try {
          loaded.set(index, (await inputs.at(tile)).pixels);
        } catch (error) {
          if (!(error instanceof IngestError)) throw error;
          this.#noteBroken(item.index, error.message);
        }
      }
    }
    return loaded;
  }

  async #substitute(index: number): Promise<Uint8Array> {
    for (let further = 1; further < this.count; further++) {
      const other = (index + further) % this.count;
      if (this.#broken.has(this.#fileOf(other))) continue;
      const image = (await this.#load([other])).get(other);
      if (image !== undefined) return image;
    }
    throw new JobError(
      'no-readable-images',
      'Not one image of the folder can be read any more; reconnect its drive or add the folder again.',
    );
  }

  #noteBroken(file: number, reason: string): void {
    if (this.#broken.has(file)) return;
    this.#broken.add(file);
    const { relativePath } = this.#images.files[file] ?? { relativePath: '' };
    this.#onReplaced({ relativePath, reason, count: this.#broken.size });
  }

  #fileOf(index: number): number {
    let first = 0;
    let last = this.#starts.length - 2;
    while (first < last) {
      const middle = Math.ceil((first + last) / 2);
      if ((this.#starts[middle] ?? Infinity) <= index) first = middle;
      else last = middle - 1;
    }
    return first;
  }
}

function startsOf(tiles: readonly number[]): number[] {
  const starts = [0];
  for (const count of tiles) starts.push((starts.at(-1) ?? 0) + count);
  return starts;
}
