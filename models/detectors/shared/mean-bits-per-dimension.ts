import type { ParameterData, ScoredModel } from '../detector.ts';
import type { Environment } from '../../device.ts';
import { type ImageSource, bitsPerDimension, elementsOf } from '../../images.ts';
import { LikelihoodScorer, logLikelihood } from './likelihood-scorer.ts';

const EVALUATION_BATCH = 64;

/** log p of the first images of a source, in nats, without noise. @param count all where it is not said */
export async function logLikelihoods(
  environment: Environment,
  model: ScoredModel,
  parameters: ParameterData,
  source: ImageSource,
  count = source.count,
): Promise<number[]> {
  const scorer = await LikelihoodScorer.open(environment, model, parameters, EVALUATION_BATCH, source.shape);
  try {
    const all: number[] = [];
    while (all.length < count) {
      const length = Math.min(EVALUATION_BATCH, count - all.length);
      const images = await source.read(Array.from({ length }, (_, index) => all.length + index));
      all.push(...(await scorer.score(images)).map(logLikelihood));
    }
    return all;
  } finally {
    await scorer.dispose();
  }
}

/** Mean bits per dimension of images under a model, without noise. */
export async function meanBitsPerDimension(
  environment: Environment,
  model: ScoredModel,
  parameters: ParameterData,
  source: ImageSource,
): Promise<number> {
  const values = await logLikelihoods(environment, model, parameters, source);
  const sum = values.reduce((total, value) => total + value, 0);
  return bitsPerDimension(sum / source.count, elementsOf(source.shape));
}
