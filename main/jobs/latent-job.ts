/** A look into a fitted Glow by one image: the worker's side. */
import {
  type LookStep,
  type Side,
  climbedImages,
  mixedScales,
} from '../../models/detectors/glow/latent-looks.ts';
import type { Environment } from '../../models/device.ts';
import { openFile } from '../ingest/open-file.ts';
import { type Inputs, type PreparedImage, prepare } from '../ingest/preparation.ts';
import { openMapScorer } from './heatmap-job.ts';
import { JobError } from './job-error.ts';
import { type LatentJob, type LatentMessage, glowOf } from './latent-protocol.ts';

/**
 * Ends with `stopped` when the signal aborts, between one step and the next.
 * @throws IngestError when a file cannot be used; EngineError when the device fails; JobError 'bad-message' for what is no Glow
 */
export async function* runLatentJob(
  environment: Environment,
  job: LatentJob,
  signal: AbortSignal,
): AsyncGenerator<LatentMessage, void, undefined> {
  for await (const message of looked(environment, job)) {
    if (signal.aborted) {
      yield { kind: 'stopped' };
      return;
    }
    yield message;
  }
}

async function* looked(
  environment: Environment,
  job: LatentJob,
): AsyncGenerator<LatentMessage, void, undefined> {
  const { detector, look, preparation } = job;
  const settings = glowOf(detector.choice);
  if (settings === null) throw new JobError('bad-message', 'Only a Glow can be looked into.');
  const { channels, height, width } = preparation;
  const { parameters } = detector;
  const fitted = { settings, parameters, shape: { channels, height, width } };
  const own = yield* chosenInput(environment, job, job.image, 'own');
  switch (look.kind) {
    case 'mix': {
      const other = yield* chosenInput(environment, job, look.other, 'other');
      yield* steps(mixedScales(environment, fitted, [own.pixels, other.pixels]));
      return;
    }
    case 'climb':
      yield* steps(climbedImages(environment, fitted, own.pixels));
      return;
  }
}

async function* steps(found: AsyncIterable<LookStep>): AsyncGenerator<LatentMessage, void, undefined> {
  for await (const step of found) yield { kind: 'step', ...step };
}

/** The input that an image gives, or of several tiles the most anomalous. */
async function* chosenInput(
  environment: Environment,
  { detector, preparation, score }: LatentJob,
  { path, part, tile: known }: LatentJob['image'],
  side: Side,
): AsyncGenerator<LatentMessage, PreparedImage, undefined> {
  const inputs = await prepare(await openFile(path, part.plane), part, preparation);
  const count = inputs.places.length;
  if (count === 1) return inputs.at(0);
  const index =
    known?.of === count
      ? known.index
      : yield* mostAnomalous(environment, { detector, preparation, score }, inputs);
  const tile = await inputs.at(index);
  yield { kind: 'tile', side, index, count, x: tile.x, y: tile.y };
  return tile;
}

async function* mostAnomalous(
  environment: Environment,
  { detector, preparation, score }: Pick<LatentJob, 'detector' | 'preparation' | 'score'>,
  inputs: Inputs,
): AsyncGenerator<LatentMessage, number, undefined> {
  const count = inputs.places.length;
  let largest = { index: 0, value: -Infinity };
  const scorer = await openMapScorer(environment, detector, preparation);
  try {
    for (let from = 0; from < count; from += scorer.batch) {
      const to = Math.min(from + scorer.batch, count);
      const tiles: Uint8Array[] = [];
      for (let index = from; index < to; index++) tiles.push((await inputs.at(index)).pixels);
      const scored = await scorer.score(tiles);
      scored.forEach(({ scores }, at) => {
        const value = scores[score] ?? NaN;
        if (value > largest.value) largest = { index: from + at, value };
      });
      yield { kind: 'choosing-tile', done: to, total: count };
    }
  } finally {
    await scorer.dispose();
  }
  return largest.index;
}
