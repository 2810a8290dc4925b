import type { PreparedImage } from '../ingest/preparation.ts';
import type { Preparation } from '../ingest/preparation-settings.ts';
import type { PixelMap } from '../../models/detectors/method.ts';

/** An image as the detector saw it, with its maps, all of `width` x `height`; smaller than what it saw where that is very large. */
export interface HeatmapPicture {
  readonly width: number;
  readonly height: number;
  /** Interleaved RGB. */
  readonly image: Uint8Array;
  /** By name, row-major; NaN where there is no image. None where the detector gives none. */
  readonly maps: Readonly<Record<string, Float32Array>>;
}

type Place = Pick<PreparedImage, 'x' | 'y'>;

/** More pixels a side are averaged down: the finest maps have one value for 2 x 2 pixels anyway, and memory is finite. */
const MOST_SIDE = 4096;

/** The area that all tiles of an image cover together. Where tiles overlap, and where pixels share a cell, they are averaged. */
export class HeatmapCanvas {
  readonly #preparation: Preparation;
  readonly #left: number;
  readonly #top: number;
  /** Pixels a side that share a cell. */
  readonly #step: number;
  readonly #width: number;
  readonly #height: number;
  /** Interleaved RGB. */
  readonly #colours: Uint32Array;
  readonly #sums = new Map<string, Float32Array>();
  readonly #counts: Uint32Array;

  constructor(places: readonly Place[], preparation: Preparation) {
    const extent = (of: (place: Place) => number, side: number) => {
      const start = places.reduce((least, place) => Math.min(least, of(place)), Infinity);
      const last = places.reduce((most, place) => Math.max(most, of(place)), -Infinity);
      return { start, length: last + side - start };
    };
    const across = extent(({ x }) => x, preparation.width);
    const down = extent(({ y }) => y, preparation.height);
    this.#preparation = preparation;
    this.#left = across.start;
    this.#top = down.start;
    this.#step = Math.ceil(Math.max(across.length, down.length) / MOST_SIDE);
    this.#width = Math.ceil(across.length / this.#step);
    this.#height = Math.ceil(down.length / this.#step);
    this.#colours = new Uint32Array(this.#width * this.#height * 3);
    this.#counts = new Uint32Array(this.#width * this.#height);
  }

  add(tile: PreparedImage, maps: Readonly<Record<string, PixelMap>>): void {
    const { channels, width, height } = this.#preparation;
    this.#forEachPixel(tile, (cell, x, y) => {
      for (let channel = 0; channel < 3; channel++) {
        const plane = Math.min(channel, channels - 1) * height * width;
        const at = cell * 3 + channel;
        this.#colours[at] = (this.#colours[at] ?? 0) + (tile.pixels[plane + y * width + x] ?? 0);
      }
      this.#counts[cell] = (this.#counts[cell] ?? 0) + 1;
    });
    for (const [name, map] of Object.entries(maps)) this.#addMap(tile, map, this.#sumsOf(name));
  }

  result(): HeatmapPicture {
    return {
      width: this.#width,
      height: this.#height,
      image: Uint8Array.from(this.#colours, (sum, at) =>
        Math.round(sum / Math.max(1, this.#counts[Math.floor(at / 3)] ?? 0)),
      ),
      maps: Object.fromEntries(
        [...this.#sums].map(([name, sums]) => [
          name,
          sums.map((sum, cell) => sum / (this.#counts[cell] ?? 0)),
        ]),
      ),
    };
  }

  #addMap(tile: PreparedImage, { cell: side, width, values }: PixelMap, sums: Float32Array): void {
    this.#forEachPixel(tile, (cell, x, y) => {
      const value = values[Math.floor(y / side) * width + Math.floor(x / side)] ?? NaN;
      sums[cell] = (sums[cell] ?? 0) + value;
    });
  }

  #sumsOf(name: string): Float32Array {
    const known = this.#sums.get(name);
    if (known !== undefined) return known;
    const sums = new Float32Array(this.#width * this.#height);
    this.#sums.set(name, sums);
    return sums;
  }

  #forEachPixel(tile: Place, visit: (cell: number, x: number, y: number) => void): void {
    const { width, height } = this.#preparation;
    for (let y = 0; y < height; y++) {
      const row = Math.floor((tile.y - this.#top + y) / this.#step) * this.#width;
      for (let x = 0; x < width; x++) {
        visit(row + Math.floor((tile.x - this.#left + x) / this.#step), x, y);
      }
    }
  }
}
