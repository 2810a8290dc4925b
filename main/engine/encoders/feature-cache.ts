import { createHash, randomUUID } from 'node:crypto';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { EncodedImages, Encoder } from '../../../models/detectors/method.ts';
import type { ImageShape } from '../../../models/images.ts';
import { codeOf, reasonOf, removeOldest, writeWhole } from '../kept-files.ts';
import { type Entry, MOST_ENTRIES, readEntries, segmentBytes, segmentKeys } from './feature-segment.ts';

const DEFAULT_LIMIT = 4 * 1024 ** 3;

export interface FeatureCacheSettings {
  /** Made where it is missing; holds nothing else. */
  readonly folder: string;
  /** Gets one sentence when features could not be kept or found; they are computed all the same. */
  readonly report: (message: string) => void;
  /** Bytes that the folder may hold; what was not used for longest goes first. */
  readonly limitBytes?: number;
}

/**
 * An encoder that remembers what it has computed, between runs of the program too. Features are found by what they are computed from:
 * the encoder, and the pixels that it is given, in which all of their preparation shows. What is damaged is computed anew.
 *
 * Each call writes what it had to compute into one file, which is never changed: two processes do not get in each other's way.
 * @param shape of the images
 */
export function cachedEncoder(encoder: Encoder, shape: ImageShape, settings: FeatureCacheSettings): Encoder {
  const kept = new KeptFeatures(encoder, settings);
  return {
    fingerprint: encoder.fingerprint,
    dimensions: encoder.dimensions,
    grid: encoder.grid,
    encode: (images) => kept.encode(images, shape),
  };
}

interface Place {
  readonly file: string;
  readonly place: number;
  readonly count: number;
}

class KeptFeatures {
  readonly #encoder: Encoder;
  readonly #folder: string;
  readonly #prefix: string;
  readonly #report: (message: string) => void;
  readonly #limit: number;
  /** Numbers an image. */
  readonly #length: number;
  #index: Promise<Map<string, Place>> | null = null;
  readonly #touched = new Set<string>();
  readonly #reported = new Set<string>();
  /** Bytes that may be written before the folder is looked through again. */
  #room = 0;

  constructor(encoder: Encoder, { folder, report, limitBytes = DEFAULT_LIMIT }: FeatureCacheSettings) {
    this.#encoder = encoder;
    this.#folder = folder;
    this.#report = report;
    this.#limit = limitBytes;
    const { grid, dimensions } = encoder;
    this.#length = dimensions + (grid === null ? 0 : grid.height * grid.width * grid.dimensions);
    this.#prefix = createHash('sha256').update(encoder.fingerprint).digest('hex').slice(0, 32);
  }

  async encode(images: readonly Uint8Array[], shape: ImageShape): Promise<EncodedImages> {
    const keys = images.map((image) => this.#keyOf(image, shape));
    const known = await this.#find(new Set(keys));
    const missing = new Map<string, Uint8Array>();
    keys.forEach((key, at) => {
      const image = images[at];
      if (image !== undefined && !known.has(key)) missing.set(key, image);
    });
    const computed = await this.#compute(missing);
    await this.#keep(computed);
    for (const { key, numbers } of computed) known.set(key, numbers);
    return this.#joined(keys.map((key) => known.get(key) ?? new Float32Array(this.#length)));
  }

  /** Of the encoder, the shape and the pixels. */
  #keyOf(image: Uint8Array, { channels, height, width }: ImageShape): string {
    const hash = createHash('sha256').update(this.#encoder.fingerprint);
    return hash.update(`\0${channels} ${height} ${width}\0`).update(image).digest('hex');
  }

  async #compute(missing: ReadonlyMap<string, Uint8Array>): Promise<Entry[]> {
    if (missing.size === 0) return [];
    const { dimensions } = this.#encoder;
    const gridLength = this.#length - dimensions;
    const { vectors, grids } = await this.#encoder.encode([...missing.values()]);
    return [...missing.keys()].map((key, row) => {
      const numbers = new Float32Array(this.#length);
      numbers.set(vectors.subarray(row * dimensions, (row + 1) * dimensions));
      if (grids !== null) numbers.set(grids.subarray(row * gridLength, (row + 1) * gridLength), dimensions);
      return { key, numbers };
    });
  }

  #joined(rows: readonly Float32Array[]): EncodedImages {
    const { dimensions, grid } = this.#encoder;
    const gridLength = this.#length - dimensions;
    const vectors = new Float32Array(rows.length * dimensions);
    const grids = grid === null ? null : new Float32Array(rows.length * gridLength);
    rows.forEach((row, at) => {
      vectors.set(row.subarray(0, dimensions), at * dimensions);
      grids?.set(row.subarray(dimensions), at * gridLength);
    });
    return { vectors, grids };
  }

  async #find(keys: ReadonlySet<string>): Promise<Map<string, Float32Array<ArrayBuffer>>> {
    const found = new Map<string, Float32Array<ArrayBuffer>>();
    try {
      const index = await (this.#index ??= this.#readIndex());
      const places = [...keys].flatMap((key) => {
        const place = index.get(key);
        return place === undefined ? [] : [{ key, ...place }];
      });
      for (const [file, wanted] of Map.groupBy(places, (place) => place.file)) {
        for (const [key, numbers] of await this.#readFile(file, wanted)) found.set(key, numbers);
        // What was not found there is computed and kept anew.
        for (const { key } of wanted) if (!found.has(key)) index.delete(key);
      }
    } catch (error) {
      this.#problem('read', error);
    }
    return found;
  }

  async #readFile(
    file: string,
    wanted: readonly { readonly key: string; readonly place: number; readonly count: number }[],
  ): Promise<Map<string, Float32Array<ArrayBuffer>>> {
    const path = join(this.#folder, file);
    try {
      const found = await readEntries(path, wanted[0]?.count ?? 0, this.#length, wanted);
      await this.#touch(file);
      return found;
    } catch (error) {
      // Another process may have removed it since.
      if (codeOf(error) === 'ENOENT') return new Map();
      throw error;
    }
  }

  /** The time of last use, once a process; the file is as good without it, on a read-only disk for one. */
  async #touch(file: string): Promise<void> {
    if (this.#touched.has(file)) return;
    this.#touched.add(file);
    const now = new Date();
    await utimes(join(this.#folder, file), now, now).catch(() => undefined);
  }

  async #readIndex(): Promise<Map<string, Place>> {
    const index = new Map<string, Place>();
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    });
    for (const file of names.filter((name) => name.startsWith(this.#prefix) && ENTRY.test(name)).sort()) {
      const keys = await segmentKeys(join(this.#folder, file), this.#length).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return null;
        throw error;
      });
      keys?.forEach((key, place) => index.set(key, { file, place, count: keys.length }));
    }
    return index;
  }

  async #keep(entries: readonly Entry[]): Promise<void> {
    try {
      const index = await (this.#index ??= this.#readIndex());
      for (let from = 0; from < entries.length; from += MOST_ENTRIES) {
        const part = entries.slice(from, from + MOST_ENTRIES);
        const bytes = segmentBytes(part);
        const size = bytes.reduce((sum, { length }) => sum + length, 0);
        if (size > this.#limit) return;
        const file = `${this.#prefix}-${randomUUID()}.features`;
        await writeWhole(join(this.#folder, file), bytes);
        this.#touched.add(file);
        part.forEach(({ key }, place) => index.set(key, { file, place, count: part.length }));
        await this.#makeRoom(file, size);
      }
    } catch (error) {
      this.#problem('written', error);
    }
  }

  /** Looks through the folder only after a good part of the limit was written: it may hold thousands of files. */
  async #makeRoom(file: string, size: number): Promise<void> {
    this.#room -= size;
    if (this.#room > 0) return;
    const left = await removeOldest(this.#folder, ENTRY, this.#limit, join(this.#folder, file));
    this.#room = Math.min(this.#limit / 16, this.#limit - left);
  }

  /** Told of once each: there may be thousands of batches. */
  #problem(what: 'read' | 'written', error: unknown): void {
    if (this.#reported.has(what)) return;
    this.#reported.add(what);
    this.#report(
      `The cache of features in "${this.#folder}" could not be ${what} (${reasonOf(error)}), so that they are computed again ` +
        'next time; free some space there or give flowscreen permission to write.',
    );
  }
}

const ENTRY = /^[0-9a-f]{32}-[0-9a-f-]{36}\.features$/;
