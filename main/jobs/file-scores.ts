import type { ImageScorer, ImageScores } from '../../models/detectors/method.ts';
import { IngestError } from '../ingest/errors.ts';
import type { PreparedImages } from '../ingest/loader.ts';
import type { PreparedImage } from '../ingest/preparation.ts';

/** A tile (the whole image where images are not tiled), by its place, with what was kept of its scores. */
export interface ScoredTile<T> {
  readonly tile: Pick<PreparedImage, 'x' | 'y'>;
  readonly kept: T;
}

/** What came out for one file of a list, by its index. */
export type ScoredFile<T> =
  | { readonly index: number; readonly tiles: readonly ScoredTile<T>[] }
  | { readonly index: number; readonly reason: string };

interface OpenScores<T> {
  readonly index: number;
  /** How many tiles it has in all. */
  readonly count: number;
  readonly tiles: ScoredTile<T>[];
  reason: string | null;
}

/**
 * Scores files in their order, in full batches across files, while the next ones are decoded. A file that cannot be used
 * comes with the reason.
 * @param keep what is needed of each tile's scores; the rest is let go at once
 */
export async function* scoreFiles<T>(
  scorer: ImageScorer,
  images: PreparedImages<number>,
  keep: (scored: ImageScores) => T,
): AsyncGenerator<ScoredFile<T>, void, undefined> {
  /** Files whose tiles are not all scored, in order. */
  const open: OpenScores<T>[] = [];
  let waiting: { tile: PreparedImage; file: OpenScores<T> }[] = [];
  const scoreBatch = async () => {
    const batch = waiting.slice(0, scorer.batch);
    waiting = waiting.slice(scorer.batch);
    const scored = await scorer.score(batch.map(({ tile }) => tile.pixels));
    batch.forEach(({ tile, file }, position) => {
      const result = scored[position];
      if (result !== undefined) file.tiles.push({ tile: { x: tile.x, y: tile.y }, kept: keep(result) });
    });
  };
  const takeDone = function* (): Generator<ScoredFile<T>, void> {
    for (let file = open[0]; file !== undefined; file = open[0]) {
      const { index, reason, tiles, count } = file;
      if (reason === null && tiles.length < count) return;
      open.shift();
      yield reason === null ? { index, tiles } : { index, reason };
    }
  };
  for await (const item of images.images(images.files.map((_, index) => index))) {
    const inputs = 'error' in item ? null : item.inputs;
    const reason = 'error' in item ? item.error.message : null;
    const file: OpenScores<T> = { index: item.index, count: inputs?.places.length ?? 0, tiles: [], reason };
    open.push(file);
    try {
      for (let index = 0; inputs !== null && index < file.count; index++) {
        waiting.push({ tile: await inputs.at(index), file });
        if (waiting.length >= scorer.batch) await scoreBatch();
      }
    } catch (error) {
      if (!(error instanceof IngestError)) throw error;
      file.reason = error.message;
    }
    yield* takeDone();
  }
  while (waiting.length > 0) await scoreBatch();
  yield* takeDone();
}
