import type { ParameterData } from '../../models/detectors/detector.ts';
import { glowModel } from '../../models/detectors/glow/model.ts';
import {
  type Likelihood,
  LikelihoodScorer,
  logLikelihood,
} from '../../models/detectors/shared/likelihood-scorer.ts';
import type { Pixels } from '../accuracy/image-pools.ts';
import type { AnalysisInput } from './analysis.ts';

const BATCH = 32;

export async function likelihoodsOf(
  { environment, glow, shape }: AnalysisInput,
  parameters: ParameterData,
  images: readonly Pixels[],
): Promise<Likelihood[]> {
  const scorer = await LikelihoodScorer.open(environment, glowModel(glow), parameters, BATCH, shape);
  try {
    const all: Likelihood[] = [];
    for (let from = 0; from < images.length; from += BATCH)
      all.push(...(await scorer.score(images.slice(from, from + BATCH))));
    return all;
  } finally {
    await scorer.dispose();
  }
}

/** log p of each image, nats. */
export async function logLikelihoodsOf(
  input: AnalysisInput,
  parameters: ParameterData,
  images: readonly Pixels[],
): Promise<number[]> {
  return (await likelihoodsOf(input, parameters, images)).map(logLikelihood);
}

/** The first of the models, for analyses of one. @throws {RangeError} where there is none */
export function firstModel({ models }: AnalysisInput): ParameterData {
  const [first] = models;
  if (first === undefined) throw new RangeError('an analysis needs a model');
  return first;
}
