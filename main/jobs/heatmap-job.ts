/** The heatmaps of one image: the worker's side. */
import type { Environment } from '../../models/device.ts';
import { openFile } from '../ingest/open-file.ts';
import type { Preparation } from '../ingest/preparation-settings.ts';
import type { Part } from '../ingest/stored-image.ts';
import { type PreparedImage, prepare } from '../ingest/preparation.ts';
import { type Detector, type OpenScorer, openScorer, scoringBatch } from './detector.ts';
import { HeatmapCanvas, type HeatmapPicture } from './heatmap-canvas.ts';
import type { Scores } from '../../models/detectors/method.ts';
import { scoresOfTiles } from '../../models/scoring/tile-scores.ts';

export interface HeatmapJob {
  readonly path: string;
  readonly part: Part;
  readonly preparation: Preparation;
  readonly detector: Detector;
  /** Names of the maps wanted. */
  readonly names: readonly string[];
}

export interface ImageMaps extends HeatmapPicture {
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
): Promise<OpenScorer> {
  const { channels, height, width } = preparation;
  const batch = preparation.fit === 'tile' ? Math.min(MOST_TILES, scoringBatch(preparation)) : 1;
  // What cannot be kept is computed anew for each image: nothing to tell whoever looks at one.
  return openScorer(environment, detector, { channels, height, width }, batch, () => undefined);
}

/** Maps with a scorer that is open, from {@link openMapScorer}. @throws as {@link imageMaps} */
export async function scoredMaps(
  scorer: OpenScorer,
  { path, part, preparation, names }: Omit<HeatmapJob, 'detector'>,
): Promise<ImageMaps> {
  const inputs = await prepare(await openFile(path, part.plane), part, preparation);
  const canvas = new HeatmapCanvas(inputs.places, preparation);
  const scores: Scores[] = [];
  for (let from = 0; from < inputs.places.length; from += scorer.batch) {
    const tiles: PreparedImage[] = [];
    for (let index = from; index < Math.min(from + scorer.batch, inputs.places.length); index++) {
      tiles.push(await inputs.at(index));
    }
    const scored = await scorer.score(tiles.map(({ pixels }) => pixels));
    tiles.forEach((tile, index) => {
      const result = scored[index];
      if (result === undefined) return;
      scores.push(result.scores);
      const wanted = names.flatMap((name) => {
        const map = result.maps[name];
        return map === undefined ? [] : [[name, map] as const];
      });
      canvas.add(tile, Object.fromEntries(wanted));
    });
  }
  return { ...canvas.result(), scores: scoresOfTiles(scores, scorer.tiles) };
}
