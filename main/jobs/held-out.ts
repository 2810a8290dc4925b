import type { Environment } from '../../models/device.ts';
import { PreparedImages } from '../ingest/loader.ts';
import type { Preparation } from '../ingest/preparation-settings.ts';
import { type ColourScale, ColourScales } from './colour-scales.ts';
import { type Detector, DetectorScorer, scoringBatch } from './detector.ts';
import { scoreFiles } from './file-scores.ts';
import type { FitFile } from './fit-file.ts';
import { mapsOf, scoresOf, sumScores } from '../../models/detectors/shared/likelihood-scores.ts';

/** Pixels of the finest map per pixel of the image. */
const FINEST = 1 / 4;

/** The scores of held-out normal images (thresholds are set on them) and the colour scales of their maps. */
export async function scoreHeldOut(
  environment: Environment,
  job: {
    readonly root: string;
    readonly heldOut: readonly FitFile[];
    readonly preparation: Preparation;
  },
  detector: Detector,
): Promise<{ heldOutScores: Record<string, number[]>; colourScales: Record<string, ColourScale> }> {
  const { root, heldOut, preparation } = job;
  const { channels, height, width } = preparation;
  const batch = scoringBatch(preparation);
  const scorer = await DetectorScorer.open(environment, detector, { channels, height, width }, batch);
  try {
    const tiles = heldOut.reduce((sum, file) => sum + file.tiles, 0);
    const colours = new ColourScales(tiles * height * width * FINEST);
    const heldOutScores: Record<string, number[]> = {};
    const images = new PreparedImages(root, heldOut, preparation, { cacheBytes: 0 });
    const scored = scoreFiles(scorer, images, (image) => {
      colours.add(mapsOf(image));
      return scoresOf(image);
    });
    for await (const file of scored) {
      if ('reason' in file) continue;
      for (const [name, value] of Object.entries(sumScores(file.tiles.map(({ kept }) => kept)))) {
        if (Number.isFinite(value)) (heldOutScores[name] ??= []).push(value);
      }
    }
    return { heldOutScores, colourScales: colours.scales() };
  } finally {
    await scorer.dispose();
  }
}
