import type { LikelihoodModel, ParameterData } from '../detector.ts';
import type { Environment } from '../../device.ts';
import { type ImageSource, bitsPerDimension, elementsOf } from '../../images.ts';
import { LikelihoodScorer, logLikelihood } from './likelihood-scorer.ts';

const EVALUATION_BATCH = 64;

/** Mean bits per dimension of images under a model, without noise. */
export async function meanBitsPerDimension(
  environment: Environment,
  model: LikelihoodModel,
  parameters: ParameterData,
  source: ImageSource,
): Promise<number> {
  const scorer = await LikelihoodScorer.open(environment, model, parameters, EVALUATION_BATCH, source.shape);
  try {
    let sum = 0;
    for (let from = 0; from < source.count; from += EVALUATION_BATCH) {
      const count = Math.min(EVALUATION_BATCH, source.count - from);
      const images = await source.read(Array.from({ length: count }, (_, index) => from + index));
      for (const likelihood of await scorer.score(images)) sum += logLikelihood(likelihood);
    }
    return bitsPerDimension(sum / source.count, elementsOf(source.shape));
  } finally {
    await scorer.dispose();
  }
}
