/** Fitting and scoring any detector on images in memory. */
import type {
  FitData,
  FittedDetector,
  ImageScores,
  Method,
  PreparedFit,
} from '../../models/detectors/method.ts';
import type { ParameterData } from '../../models/detectors/detector.ts';
import type { ImageShape } from '../../models/images.ts';
import { batchStream } from '../../models/training/batch-stream.ts';
import { fit } from '../../models/training/fit.ts';
import { Training } from '../../models/training/training.ts';
import type { Pixels } from './image-pools.ts';
import type { AccuracyRequest } from './request.ts';

const BATCH = 64;

/**
 * What the detector keeps of a fit: of the best held-out measure where it is trained.
 * @param name of the fit, for people
 * @throws Error when no evaluation gave a finite measure
 */
export async function fitMethod<Settings>(
  request: Pick<AccuracyRequest, 'environment' | 'report'>,
  method: Method<Settings>,
  data: FitData,
  settings: Settings,
  seed: number,
  name: string,
): Promise<ParameterData> {
  switch (method.kind) {
    case 'computed': {
      const fitted = await method.compute(request.environment, data, settings, seed);
      request.report(`${name}: computed`);
      return fitted;
    }
    case 'trained':
      return fitPrepared(
        request,
        await method.prepare(request.environment, data, settings, seed),
        seed,
        name,
      );
  }
}

/**
 * The stages of a fit, each from the best weights of the one before.
 * @throws Error when no evaluation gave a finite measure
 */
export async function fitPrepared(
  { environment, report }: Pick<AccuracyRequest, 'environment' | 'report'>,
  prepared: PreparedFit,
  seed: number,
  name: string,
): Promise<ParameterData> {
  const { trainable, run, initial } = prepared;
  const [normal, ...others] = prepared.inputs;
  const stream = batchStream(normal, others, seed);
  const training = await Training.start(environment, trainable, run, stream, {
    kind: 'parameters',
    parameters: initial,
  });
  let best: ParameterData | null = null;
  const begun = performance.now();
  try {
    for await (const event of fit(training, run, (parameters) => prepared.measure(parameters))) {
      if (event.kind !== 'evaluation') continue;
      best = event.parameters ?? best;
      const perStep = (performance.now() - begun) / event.step;
      report(
        `${name}: step ${event.step} of ${run.schedule.totalSteps}, ${event.heldOut.toFixed(4)} held out, ` +
          `${Math.round(perStep)} ms a step`,
      );
    }
  } finally {
    await training.dispose();
  }
  if (best === null || !Number.isFinite(training.progress.best?.heldOut))
    throw new Error(`${name}: no evaluation gave a finite measure`);
  if (prepared.next === undefined) return prepared.finish(best);
  return fitPrepared({ environment, report }, await prepared.next(best), seed, `${name}, then`);
}

/** By the name of the score, one value per image, in their order. */
export async function scoreMethod<Settings>(
  request: Pick<AccuracyRequest, 'environment'>,
  method: Method<Settings>,
  settings: Settings,
  fitted: FittedDetector,
  shape: ImageShape,
  images: readonly Pixels[],
): Promise<Record<string, number[]>> {
  const lists: Record<string, number[]> = {};
  for (const { scores } of await imageScores(request, method, settings, fitted, shape, images)) {
    for (const [score, value] of Object.entries(scores)) (lists[score] ??= []).push(value);
  }
  return lists;
}

/** Scores with their maps. */
export async function imageScores<Settings>(
  { environment }: Pick<AccuracyRequest, 'environment'>,
  method: Method<Settings>,
  settings: Settings,
  fitted: FittedDetector,
  shape: ImageShape,
  images: readonly Pixels[],
): Promise<ImageScores[]> {
  const scorer = await method.open(environment, settings, fitted, shape, BATCH);
  try {
    const all: ImageScores[] = [];
    for (let from = 0; from < images.length; from += BATCH) {
      all.push(...(await scorer.score(images.slice(from, from + BATCH))));
    }
    return all;
  } finally {
    await scorer.dispose();
  }
}
