/**
 * How well scores tell anomalous images from normal ones. Higher score = more anomalous, everywhere; an image counts as
 * found where its score ≥ the threshold being tried. All functions throw a RangeError for an empty side (naming it) and
 * for scores that are not finite.
 */
import { sortedScores } from './scores.ts';

/**
 * The chance, in [0, 1], that a random anomalous image scores above a random normal one; ties count half (the
 * Mann–Whitney U over n·m). Exact up to one rounding while n·m < 2^52, in O((n + m) log(n + m)).
 * @throws {RangeError} for an empty side or a score that is not finite
 */
export function auroc(normal: readonly number[], anomalous: readonly number[]): number {
  const ascending = sortedScores(normal, 'normal');
  let below = 0;
  let belowOrEqual = 0;
  // Twice the wins is a whole number, ties included: nothing is rounded before the division.
  let twiceWins = 0;
  for (const score of sortedScores(anomalous, 'anomalous')) {
    while ((ascending[below] ?? Infinity) < score) below += 1;
    while ((ascending[belowOrEqual] ?? Infinity) <= score) belowOrEqual += 1;
    twiceWins += below + belowOrEqual;
  }
  return twiceWins / (2 * normal.length * anomalous.length);
}

/**
 * Average precision with the anomalous images as positives: Σ (R_k − R_{k−1})·P_k over the distinct scores, without
 * interpolation; images of one score enter together. In (0, 1]; chance level is the anomalous share.
 * @throws {RangeError} for an empty side or a score that is not finite
 */
export function averagePrecision(normal: readonly number[], anomalous: readonly number[]): number {
  const negatives = sortedScores(normal, 'normal').reverse();
  const positives = sortedScores(anomalous, 'anomalous').reverse();
  let falsePositives = 0;
  let found = 0;
  let sum = 0;
  while (found < positives.length) {
    const threshold = positives[found] ?? NaN;
    const before = found;
    while (positives[found] === threshold) found += 1;
    while ((negatives[falsePositives] ?? -Infinity) >= threshold) falsePositives += 1;
    sum += ((found - before) * found) / (found + falsePositives);
  }
  return sum / positives.length;
}

/**
 * The smallest share of normal images raised, in [0, 1], by a threshold that finds at least `truePositiveRate` of the
 * anomalous ones ("FPR at 95 % TPR" for 0.95).
 * @param truePositiveRate in (0, 1]
 * @throws {RangeError} for a rate outside (0, 1], an empty side or a score that is not finite
 */
export function falsePositiveRateAt(
  truePositiveRate: number,
  normal: readonly number[],
  anomalous: readonly number[],
): number {
  if (!(truePositiveRate > 0 && truePositiveRate <= 1)) {
    throw new RangeError(`a true positive rate is in (0, 1], not ${truePositiveRate}`);
  }
  const negatives = sortedScores(normal, 'normal');
  const positives = sortedScores(anomalous, 'anomalous').reverse();
  // Counted up: the product of rate and count may round to the wrong side of a whole number.
  let needed = 1;
  while (needed / positives.length < truePositiveRate) needed += 1;
  const threshold = positives[needed - 1] ?? NaN;
  return negatives.filter((score) => score >= threshold).length / negatives.length;
}
