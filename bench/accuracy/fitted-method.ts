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
import { batchStream, readAhead } from '../../models/training/batch-stream.ts';
import { fit } from '../../models/training/fit.ts';
import { Training, type TrainingStart } from '../../models/training/training.ts';
import { BenchStopped } from './bench-stopped.ts';
import type { Pixels } from './image-pools.ts';
import type { FitState, KeptCheckpoint } from './kept-checkpoint.ts';
import type { AccuracyRequest } from './request.ts';

const BATCH = 64;
const CHECKPOINT_MS = 120_000;

/** What a fit works with. */
export interface FitEnvironment extends Pick<AccuracyRequest, 'environment' | 'report' | 'signal'> {
  /** Where the fit is kept while it runs; absent where beginning again costs little. */
  readonly checkpoint?: KeptCheckpoint;
}

/**
 * What the detector keeps of a fit: of the best held-out measure where it is trained.
 * @param name of the fit, for people
 * @throws Error when no evaluation gave a finite measure
 * @throws BenchStopped when it was asked to stop
 */
export async function fitMethod<Settings>(
  request: FitEnvironment,
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
 * @throws BenchStopped when it was asked to stop
 */
export async function fitPrepared(
  request: FitEnvironment,
  first: PreparedFit,
  seed: number,
  name: string,
): Promise<ParameterData> {
  const saved = (await request.checkpoint?.load()) ?? null;
  const earlier = [...(saved?.earlier ?? [])];
  let prepared = first;
  for (const weights of earlier) prepared = (await prepared.next?.(weights)) ?? prepared;
  let best = await fitStage(request, prepared, seed, name, { earlier, saved });
  while (prepared.next !== undefined) {
    earlier.push(best);
    prepared = await prepared.next(best);
    best = await fitStage(request, prepared, seed, `${name}, stage ${earlier.length + 1}`, {
      earlier,
      saved: null,
    });
  }
  return prepared.finish(best);
}

async function fitStage(
  { environment, report, signal, checkpoint }: FitEnvironment,
  prepared: PreparedFit,
  seed: number,
  name: string,
  { earlier, saved }: { readonly earlier: readonly ParameterData[]; readonly saved: FitState | null },
): Promise<ParameterData> {
  const { trainable, run, initial } = prepared;
  const [normal, ...others] = prepared.inputs;
  const stream = readAhead(batchStream(normal, others, seed), run.schedule.totalSteps);
  const start: TrainingStart =
    saved === null
      ? { kind: 'parameters', parameters: initial }
      : { kind: 'resume', checkpoint: saved.checkpoint };
  const training = await Training.start(environment, trainable, run, stream, start);
  let best = saved?.best ?? null;
  const begun = performance.now();
  const from = training.step;
  let savedAt = begun;
  const save = async () => {
    await checkpoint?.save({ earlier, checkpoint: await training.checkpoint(), best });
    savedAt = performance.now();
  };
  if (saved !== null) report(`${name}: goes on at step ${from}`);
  try {
    for await (const event of fit(training, run, (parameters) => prepared.measure(parameters))) {
      if (event.kind === 'evaluation') {
        best = event.parameters ?? best;
        const perStep = (performance.now() - begun) / (event.step - from);
        report(
          `${name}: step ${event.step} of ${run.schedule.totalSteps}, ${event.heldOut.toFixed(4)} held out, ` +
            `${Math.round(perStep)} ms a step`,
        );
      }
      // A checkpoint between a step and its evaluation would resume without the evaluation.
      const due = training.step % run.evaluateEvery !== 0 || event.kind === 'evaluation';
      if (!due || event.kind === 'finished') continue;
      if (signal?.aborted === true) {
        await save();
        throw new BenchStopped(name, training.step);
      }
      if (checkpoint !== undefined && performance.now() - savedAt > CHECKPOINT_MS) await save();
    }
  } finally {
    await training.dispose();
  }
  if (best === null || !Number.isFinite(training.progress.best?.heldOut))
    throw new Error(`${name}: no evaluation gave a finite measure`);
  return best;
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
