import type { PreparedImages } from '../ingest/loader.ts';
import type { PreparedImage } from '../ingest/preparation.ts';
import type { DetectorScorer } from './detector.ts';
import type { ScoredImage } from '../../models/scoring/detector-scores.ts';

/** A tile (the whole image where images are not tiled) with what was kept of its scores. */
export interface ScoredTile<T> {
  readonly tile: PreparedImage;
  readonly kept: T;
}

/** What came out for one file of a list, by its index. */
export type ScoredFile<T> =
  | { readonly index: number; readonly tiles: readonly ScoredTile<T>[] }
  | { readonly index: number; readonly reason: string };

/**
 * Scores files in their order, in full batches across files, while the next ones are decoded. A file that cannot be used
 * comes with the reason.
 * @param keep what is needed of each tile's scores; the rest is let go at once
 */
export async function* scoreFiles<T>(
  scorer: DetectorScorer,
  images: PreparedImages<number>,
  keep: (scored: ScoredImage) => T,
): AsyncGenerator<ScoredFile<T>, void, undefined> {
  /** Files whose tiles are not all scored, in order. */
  const open: (
    | { readonly index: number; readonly prepared: readonly PreparedImage[]; readonly tiles: ScoredTile<T>[] }
    | { readonly index: number; readonly reason: string }
  )[] = [];
  let waiting: { tile: PreparedImage; tiles: ScoredTile<T>[] }[] = [];
  const scoreBatch = async () => {
    const batch = waiting.slice(0, scorer.batch);
    waiting = waiting.slice(scorer.batch);
    const scored = await scorer.score(batch.map(({ tile }) => tile.pixels));
    batch.forEach(({ tile, tiles }, position) => {
      const result = scored[position];
      if (result !== undefined) tiles.push({ tile, kept: keep(result) });
    });
  };
  const takeDone = function* (): Generator<ScoredFile<T>, void> {
    for (let file = open[0]; file !== undefined; file = open[0]) {
      if ('prepared' in file && file.tiles.length < file.prepared.length) return;
      open.shift();
      yield 'prepared' in file ? { index: file.index, tiles: file.tiles } : file;
    }
  };
  for await (const item of images.images(images.files.map((_, index) => index))) {
    if ('error' in item) {
      open.push({ index: item.index, reason: item.error.message });
    } else {
      const tiles: ScoredTile<T>[] = [];
      open.push({ index: item.index, prepared: item.prepared, tiles });
      waiting.push(...item.prepared.map((tile) => ({ tile, tiles })));
    }
    while (waiting.length >= scorer.batch) await scoreBatch();
    yield* takeDone();
  }
  while (waiting.length > 0) await scoreBatch();
  yield* takeDone();
}
