import type { Environment } from '../../device.ts';
import type { ImageShape } from '../../images.ts';
import type { ParameterData, ScoredModel } from '../detector.ts';
import type { FittedDetector, ImageScorer, ImageScores, PixelMap } from '../method.ts';
import { type Likelihood, LikelihoodScorer, type ScaleMap, logLikelihood } from './likelihood-scorer.ts';

/** What is made of the likelihoods of one image, under the detector's own model and the general one. */
type Scored = (own: Likelihood, general: Likelihood | null) => ImageScores;

/**
 * A scorer by likelihoods, with or without a general model.
 * @param scored what is made of them: {@link byLikelihood}, or scores scale by scale
 */
export async function openRatioScorer(
  environment: Environment,
  model: ScoredModel,
  { parameters, generalModel }: Pick<FittedDetector, 'parameters' | 'generalModel'>,
  shape: ImageShape,
  batch: number,
  scored: Scored,
): Promise<ImageScorer> {
  const open = (weights: ParameterData) => LikelihoodScorer.open(environment, model, weights, batch, shape);
  const own = await open(parameters);
  const general = generalModel === null ? null : await open(generalModel);
  return {
    batch,
    async score(images) {
      const likelihoods = await own.score(images);
      const broad = await general?.score(images);
      return likelihoods.map((likelihood, index) => scored(likelihood, broad?.[index] ?? null));
    },
    async dispose() {
      await own.dispose();
      await general?.dispose();
    },
  };
}

/**
 * The scores of a likelihood, not told by scale: `likelihood`, and in front of it `ratio` where there is a general model. Nats.
 * @param cell pixels of the image along each side of one value of the only scale's map; null for a model that has no maps
 */
export function byLikelihood(cell: number | null): Scored {
  return (own, general) => likelihoodScores(own, general, cell);
}

function likelihoodScores(own: Likelihood, general: Likelihood | null, cell: number | null): ImageScores {
  const likelihood = -logLikelihood(own);
  const mapOver = (broad: Likelihood | null): PixelMap[] =>
    cell === null ? [] : own.maps.slice(0, 1).map((map) => difference(map, broad?.maps[0] ?? null, cell));
  const named = (name: string, maps: readonly PixelMap[]) =>
    Object.fromEntries(maps.map((map) => [name, map]));
  if (general === null) return { scores: { likelihood }, maps: named('likelihood', mapOver(null)) };
  return {
    scores: { ratio: logLikelihood(general) + likelihood, likelihood },
    maps: { ...named('ratio', mapOver(general)), ...named('likelihood', mapOver(null)) },
  };
}

/** In nats per pixel of the image. */
function difference(own: ScaleMap, general: ScaleMap | null, cell: number): PixelMap {
  const values = own.values.map((value, at) => ((general?.values[at] ?? 0) - value) / cell ** 2);
  return { height: own.height, width: own.width, values, cell };
}
