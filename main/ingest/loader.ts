import { join } from 'node:path';
import { IngestError } from './errors.ts';
import { OpenFiles } from './open-files.ts';
import { orderedAhead } from './ordered-ahead.ts';
import { prepare } from './preparation.ts';
import type { Inputs, Preparation } from './preparation.ts';
import { PreparedCache } from './prepared-cache.ts';
import type { Part } from './stored-image.ts';

export interface LoadableFile<Id> extends Part {
  readonly id: Id;
  readonly relativePath: string;
}

export interface LoaderOptions {
  /** Images that are decoded or wait, decoded, to be taken. */
  readonly readAhead: number;
  /** Bytes of prepared pixels that are kept for a further pass. */
  readonly cacheBytes: number;
}

export type LoadedImage =
  | { readonly index: number; readonly inputs: Inputs }
  | { readonly index: number; readonly error: IngestError };

const DEFAULTS: LoaderOptions = { readAhead: 8, cacheBytes: 512 * 2 ** 20 };

/**
 * The prepared images of a folder, decoded ahead of who takes them. What is in memory is bounded by
 * readAhead images and cacheBytes, however large the folder.
 */
export class PreparedImages<Id = unknown> {
  readonly files: readonly LoadableFile<Id>[];
  readonly preparation: Preparation;
  readonly #root: string;
  readonly #readAhead: number;
  readonly #cache: PreparedCache;
  readonly #opened = new OpenFiles();

  constructor(
    root: string,
    files: readonly LoadableFile<Id>[],
    preparation: Preparation,
    options: Partial<LoaderOptions> = {},
  ) {
    const { readAhead, cacheBytes } = { ...DEFAULTS, ...options };
    this.files = files;
    this.preparation = preparation;
    this.#root = root;
    this.#readAhead = readAhead;
    this.#cache = new PreparedCache(cacheBytes);
  }

  /**
   * Yields the images in the order asked for, each by its index into `files`; an index may come more than once.
   * A file that cannot be used is an item with its error; the rest follows. The generator may be closed at any time.
   * @throws RangeError for an index outside `files`
   */
  images(order: readonly number[]): AsyncGenerator<LoadedImage, void, undefined> {
    return orderedAhead(order, this.#readAhead, (index) => this.#load(index));
  }

  async #load(index: number): Promise<LoadedImage> {
    const file = this.files[index];
    if (!file) throw new RangeError(`There is no image ${String(index)} in this list.`);
    const cached = this.#cache.get(index);
    if (cached) return { index, inputs: cached };
    try {
      const opened = await this.#opened.of(join(this.#root, file.relativePath), file.plane);
      const inputs = await prepare(opened, file, this.preparation);
      this.#cache.set(index, inputs);
      return { index, inputs };
    } catch (thrown) {
      if (thrown instanceof IngestError) return { index, error: thrown };
      throw thrown;
    }
  }
}
