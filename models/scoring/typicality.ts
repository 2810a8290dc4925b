import { requireScores } from './scores.ts';

/**
 * How far an image's surprise is from the usual one, |−log p(x) − mean on the training set| in nats (Nalisnick et al. 2019, for single
 * images): unlike the likelihood it also finds images that are too likely.
 * @param likelihoodScore −log p(x)
 * @param trainingMean of the same score over images that the model was fitted on
 */
export function typicality(likelihoodScore: number, trainingMean: number): number {
  return Math.abs(likelihoodScore - trainingMean);
}

/** @throws {RangeError} when there are no scores or one is not finite */
export function meanLikelihoodScore(scores: readonly number[]): number {
  requireScores(scores, 'training');
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
