/** The heatmaps of one image: the worker's side. */
import type { Environment } from '../../models/device.ts';
import { decodeImage } from '../ingest/decode.ts';
import type { Preparation } from '../ingest/preparation-settings.ts';
import { type PreparedImage, prepare } from '../ingest/preparation.ts';
import { type Detector, DetectorScorer, scoringBatch } from './detector.ts';
import {
  type PixelMap,
  type ScoredImage,
  type Scores,
  mapsOf,
  scoresOf,
  sumScores,
} from '../../models/scoring/detector-scores.ts';

export interface HeatmapJob {
  readonly path: string;
  readonly preparation: Preparation;
  readonly detector: Detector;
  /** Names of the maps wanted. */
  readonly names: readonly string[];
}

/** An image as the detector saw it, with its maps, all of `width` x `height`. */
export interface ImageMaps {
  readonly width: number;
  readonly height: number;
  /** Interleaved RGB. */
  readonly image: Uint8Array;
  /** By name, row-major, nats per pixel; NaN where there is no image. Tiles are averaged where they overlap. */
  readonly maps: Readonly<Record<string, Float32Array>>;
  readonly scores: Scores;
}

/** Scored at once; an image of fewer fills the batch up in vain. */
const MOST_TILES = 8;

/** @throws IngestError when the file cannot be used; EngineError when the device fails */
export async function imageMaps(environment: Environment, job: HeatmapJob): Promise<ImageMaps> {
  const { preparation, detector } = job;
  const scorer = await openMapScorer(environment, detector, preparation);
  try {
    return await scoredMaps(scorer, job);
  } finally {
    await scorer.dispose();
  }
}

/** A scorer for one image at a time. @throws EngineError 'load-failed' */
export function openMapScorer(
  environment: Environment,
  detector: Detector,
  preparation: Preparation,
): Promise<DetectorScorer> {
  const { channels, height, width } = preparation;
  const batch = preparation.fit === 'tile' ? Math.min(MOST_TILES, scoringBatch(preparation)) : 1;
  return DetectorScorer.open(environment, detector, { channels, height, width }, batch);
}

/** Maps with a scorer that is open, from {@link openMapScorer}. @throws as {@link imageMaps} */
export async function scoredMaps(
  scorer: DetectorScorer,
  { path, preparation, names }: Omit<HeatmapJob, 'detector'>,
): Promise<ImageMaps> {
  const tiles = await prepare(await decodeImage(path), preparation);
  const canvas = new Canvas(tiles, preparation);
  const scores: Scores[] = [];
  for (let from = 0; from < tiles.length; from += scorer.batch) {
    const part = tiles.slice(from, from + scorer.batch);
    const scored = await scorer.score(part.map(({ pixels }) => pixels));
    part.forEach((tile, index) => {
      const result = scored[index];
      if (result === undefined) return;
      scores.push(scoresOf(result));
      canvas.add(tile, result, names);
    });
  }
  return { ...canvas.result(names), scores: sumScores(scores) };
}

/** The area that all tiles of an image cover together. */
class Canvas {
  readonly #preparation: Preparation;
  readonly #left: number;
  readonly #top: number;
  readonly #width: number;
  readonly #height: number;
  readonly #image: Uint8Array;
  readonly #sums = new Map<string, Float32Array>();
  readonly #counts: Uint16Array;

  constructor(tiles: readonly PreparedImage[], preparation: Preparation) {
    const { width, height } = preparation;
    this.#preparation = preparation;
    this.#left = tiles.reduce((least, { x }) => Math.min(least, x), Infinity);
    this.#top = tiles.reduce((least, { y }) => Math.min(least, y), Infinity);
    this.#width = tiles.reduce((most, { x }) => Math.max(most, x), -Infinity) + width - this.#left;
    this.#height = tiles.reduce((most, { y }) => Math.max(most, y), -Infinity) + height - this.#top;
    this.#image = new Uint8Array(this.#width * this.#height * 3);
    this.#counts = new Uint16Array(this.#width * this.#height);
  }

  add(tile: PreparedImage, scored: ScoredImage, names: readonly string[]): void {
    const maps = mapsOf(scored);
    const { channels, width, height } = this.#preparation;
    this.#forEachPixel(tile, (pixel, x, y) => {
      for (let channel = 0; channel < 3; channel++) {
        const plane = Math.min(channel, channels - 1) * height * width;
        this.#image[pixel * 3 + channel] = tile.pixels[plane + y * width + x] ?? 0;
      }
      this.#counts[pixel] = (this.#counts[pixel] ?? 0) + 1;
    });
    for (const name of names) {
      const map = maps[name];
      if (map !== undefined) this.#addMap(tile, map, this.#sumsOf(name));
    }
  }

  result(names: readonly string[]): Omit<ImageMaps, 'scores'> {
    const averaged = (name: string) =>
      this.#sumsOf(name).map((sum, pixel) => sum / (this.#counts[pixel] ?? 0));
    return {
      width: this.#width,
      height: this.#height,
      image: this.#image,
      maps: Object.fromEntries(names.map((name) => [name, averaged(name)])),
    };
  }

  #addMap(tile: PreparedImage, { cell, width, values }: PixelMap, sums: Float32Array): void {
    this.#forEachPixel(tile, (pixel, x, y) => {
      const value = values[Math.floor(y / cell) * width + Math.floor(x / cell)] ?? NaN;
      sums[pixel] = (sums[pixel] ?? 0) + value;
    });
  }

  #sumsOf(name: string): Float32Array {
    const known = this.#sums.get(name);
    if (known !== undefined) return known;
    const sums = new Float32Array(this.#width * this.#height);
    this.#sums.set(name, sums);
    return sums;
  }

  #forEachPixel(tile: PreparedImage, visit: (pixel: number, x: number, y: number) => void): void {
    const { width, height } = this.#preparation;
    for (let y = 0; y < height; y++) {
      const row = (tile.y - this.#top + y) * this.#width + tile.x - this.#left;
      for (let x = 0; x < width; x++) visit(row + x, x, y);
    }
  }
}
