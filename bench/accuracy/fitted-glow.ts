/** Fitting and scoring a Glow on images in memory. */
import type { LikelihoodModel, ParameterData } from '../../models/detectors/detector.ts';
import { type ImageShape, bitsPerDimension, elementsOf } from '../../models/images.ts';
import { scoresOf } from '../../models/detectors/shared/likelihood-scores.ts';
import { type Likelihood, LikelihoodScorer } from '../../models/detectors/shared/likelihood-scorer.ts';
import { type Preset, fitSettings } from '../../models/detectors/glow/presets.ts';
import { glow } from '../../models/detectors/glow.ts';
import type { GlowSettings } from '../../models/detectors/glow/parameters.ts';
import type { FitData } from '../../models/detectors/method.ts';
import { fitMethod } from './fitted-method.ts';
import { type Pixels, memorySource } from './image-pools.ts';
import { mean, sum } from './intervals.ts';
import type { AccuracyRequest } from './request.ts';

export interface GlowFit {
  readonly network: GlowSettings;
  readonly shape: ImageShape;
  readonly settings: Preset;
  readonly images: readonly Pixels[];
  readonly seed: number;
  /** Weights to go on from; null to begin anew. */
  readonly start: ParameterData | null;
  /** For people. */
  readonly name: string;
}

/** Images that decide which weights are best, never trained on; a tenth of few images. */
const HELD_OUT = 160;
const BATCH = 64;

/** The weights of the best evaluation. */
export function fitGlow(
  request: AccuracyRequest,
  { network, shape, settings, images, seed, start, name }: GlowFit,
): Promise<ParameterData> {
  const kept = Math.min(HELD_OUT, Math.ceil(images.length / 10));
  const data: FitData = {
    normal: memorySource(images.slice(kept), shape),
    heldOut: memorySource(images.slice(0, kept), shape),
    general: null,
    generalModel: null,
    ...(start === null ? {} : { start }),
    exposure: null,
    encoder: null,
  };
  const fit = fitSettings(settings, { fineTuning: start !== null });
  return fitMethod(request, glow, data, { glow: network, fit, outliers: null, frozenScales: 0 }, seed, name);
}

export async function likelihoods(
  { environment }: AccuracyRequest,
  { model, shape }: { readonly model: LikelihoodModel; readonly shape: ImageShape },
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
