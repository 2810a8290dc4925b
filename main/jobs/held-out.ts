import type { Environment } from '../../models/device.ts';
import { scoresOfTiles } from '../../models/scoring/tile-scores.ts';
import { PreparedImages } from '../ingest/loader.ts';
import type { Preparation } from '../ingest/preparation-settings.ts';
import { type ColourScale, ColourScales } from './colour-scales.ts';
import { type Detector, openScorer, scoringBatch } from './detector.ts';
import { scoreFiles } from './file-scores.ts';
import type { FitFile } from './fit-file.ts';

/** Pixels of the finest map per pixel of the image. */
const FINEST = 1 / 4;

export interface HeldOutScores {
  /** Names of the detector's scores, the one to look at first at the front. */
  readonly scores: readonly string[];
  /** Of the files that could be read, by the name of the score; what is not finite is left out. */
  readonly heldOutScores: Readonly<Record<string, readonly number[]>>;
  /** Of each score that has a map. */
  readonly colourScales: Readonly<Record<string, ColourScale>>;
}

/** The scores of held-out normal images (thresholds are set on them) and the colour scales of their maps. */
export async function scoreHeldOut(
  environment: Environment,
  job: {
    readonly root: string;
    readonly heldOut: readonly FitFile[];
    readonly preparation: Preparation;
  },
  detector: Detector,
): Promise<HeldOutScores> {
  const { root, heldOut, preparation } = job;
  const { channels, height, width } = preparation;
  const batch = scoringBatch(preparation);
  // What its encoder could not keep has been told while it was fitted.
  const quiet = () => undefined;
  const scorer = await openScorer(environment, detector, { channels, height, width }, batch, quiet);
  try {
    const tiles = heldOut.reduce((sum, file) => sum + file.tiles, 0);
    const colours = new ColourScales(tiles * height * width * FINEST);
    const heldOutScores: Record<string, number[]> = {};
    const images = new PreparedImages(root, heldOut, preparation, { cacheBytes: 0 });
    const scored = scoreFiles(scorer, images, ({ scores, maps }) => {
      colours.add(maps);
      return scores;
    });
    for await (const file of scored) {
      if ('reason' in file) continue;
      const whole = scoresOfTiles(
        file.tiles.map(({ kept }) => kept),
        scorer.tiles,
      );
      for (const [name, value] of Object.entries(whole)) {
        const kept = (heldOutScores[name] ??= []);
        if (Number.isFinite(value)) kept.push(value);
      }
    }
    return { scores: Object.keys(heldOutScores), heldOutScores, colourScales: colours.scales() };
  } finally {
    await scorer.dispose();
  }
}
