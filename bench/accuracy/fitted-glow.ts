/** Fitting and scoring a Glow on images in memory. */
import type { LikelihoodModel, ParameterData } from '../../models/detectors/detector.ts';
import { type ImageShape, bitsPerDimension, elementsOf } from '../../models/images.ts';
import { scoresOf } from '../../models/detectors/shared/likelihood-scores.ts';
import { type Likelihood, LikelihoodScorer } from '../../models/detectors/shared/likelihood-scorer.ts';
import { meanBitsPerDimension } from '../../models/detectors/shared/mean-bits-per-dimension.ts';
import { fit } from '../../models/training/fit.ts';
import { type Preset, fitSettings } from '../../models/detectors/glow/presets.ts';
import { type Start, startImageTraining } from '../../models/training/image-training.ts';
import { type Pixels, memorySource } from './image-pools.ts';
import { mean, sum } from './intervals.ts';
import type { AccuracyRequest } from './request.ts';

export interface GlowFit {
  readonly model: LikelihoodModel;
  readonly shape: ImageShape;
  readonly settings: Preset;
  readonly images: readonly Pixels[];
  readonly seed: number;
  readonly start: Start;
  /** For people. */
  readonly name: string;
}

/** Images that decide which weights are best, never trained on; a tenth of few images. */
const HELD_OUT = 160;
const BATCH = 64;

/** The weights of the best evaluation. */
export async function fitGlow(
  { environment, report }: AccuracyRequest,
  { model, shape, settings, images, seed, start, name }: GlowFit,
): Promise<ParameterData> {
  const kept = Math.min(HELD_OUT, Math.ceil(images.length / 10));
  const heldOut = memorySource(images.slice(0, kept), shape);
  const source = memorySource(images.slice(kept), shape);
  const run = fitSettings(settings, {
    seed,
    fineTuning: start.kind === 'from-model',
    flipHorizontally: true,
  });
  const training = await startImageTraining(environment, model, run, source, start);
  const measure = (parameters: ParameterData) =>
    meanBitsPerDimension(environment, model, parameters, heldOut);
  let best: ParameterData | null = null;
  const begun = performance.now();
  try {
    for await (const event of fit(training, run, measure)) {
      if (event.kind !== 'evaluation') continue;
      best = event.parameters ?? best;
      const perStep = (performance.now() - begun) / event.step;
      report(
        `${name}: step ${event.step} of ${run.schedule.totalSteps}, ${event.heldOut.toFixed(3)} bits/dim held out, ` +
          `${Math.round((run.batchSize / perStep) * 1000)} images/s`,
      );
    }
  } finally {
    await training.dispose();
  }
  if (best === null) throw new Error(`${name}: no evaluation gave finite bits/dim`);
  return best;
}

export async function likelihoods(
  { environment }: AccuracyRequest,
  { model, shape }: Pick<GlowFit, 'model' | 'shape'>,
  parameters: ParameterData,
  images: readonly Pixels[],
): Promise<Likelihood[]> {
  const scorer = await LikelihoodScorer.open(environment, model, parameters, BATCH, shape);
  try {
    const all: Likelihood[] = [];
    for (let from = 0; from < images.length; from += BATCH) {
      all.push(...(await scorer.score(images.slice(from, from + BATCH))));
    }
    return all;
  } finally {
    await scorer.dispose();
  }
}

/** By the name of the score, one value per image. */
export function scoreLists(
  own: readonly Likelihood[],
  general: readonly Likelihood[],
): Record<string, number[]> {
  const lists: Record<string, number[]> = {};
  own.forEach((each, index) => {
    const scores = scoresOf({ own: each, general: general[index] ?? null });
    for (const [name, value] of Object.entries(scores)) (lists[name] ??= []).push(value);
  });
  return lists;
}

export function meanBits(own: readonly Likelihood[], shape: ImageShape): number {
  return mean(own.map(({ contributions }) => bitsPerDimension(sum(contributions), elementsOf(shape))));
}
