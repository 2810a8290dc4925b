/**
 * The curves behind the figures of metrics.ts, with the same conventions: higher score = more anomalous, an image counts as
 * found where its score ≥ the threshold being tried, images of one score enter together.
 */
import { sortedScores } from './scores.ts';

export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

export interface PrecisionRecallPoint {
  readonly recall: number;
  readonly precision: number;
}

/**
 * From (0, 0), nothing raised, to (1, 1), everything raised, with a point for each distinct score. The area below its
 * straight lines is the AUROC, ties counting half.
 * @throws {RangeError} for an empty side or a score that is not finite
 */
export function rocCurve(normal: readonly number[], anomalous: readonly number[]): RocPoint[] {
  const points = raised(normal, anomalous).map(({ normals, anomalies }) => ({
    falsePositiveRate: normals / normal.length,
    truePositiveRate: anomalies / anomalous.length,
  }));
  return [{ falsePositiveRate: 0, truePositiveRate: 0 }, ...points];
}

/**
 * A point for each threshold that finds anomalous images which the one above it does not: the points that the average
 * precision Σ (R_k − R_{k−1})·P_k sums over.
 * @throws {RangeError} for an empty side or a score that is not finite
 */
export function precisionRecallCurve(
  normal: readonly number[],
  anomalous: readonly number[],
): PrecisionRecallPoint[] {
  let found = 0;
  return raised(normal, anomalous).flatMap(({ normals, anomalies }) => {
    if (anomalies === found) return [];
    found = anomalies;
    return [{ recall: anomalies / anomalous.length, precision: anomalies / (anomalies + normals) }];
  });
}

/**
 * At most `most` points of a ROC curve, both ends among them. No line between two of them is longer than 4 / (most − 2)
 * unless the curve itself has one, which bounds the change of the area by 8 / (most − 2)².
 * @param most from 3
 */
export function thinnedRoc(points: readonly RocPoint[], most: number): RocPoint[] {
  if (points.length <= most) return [...points];
  const step = 4 / (most - 2);
  const length = ({ falsePositiveRate, truePositiveRate }: RocPoint) => falsePositiveRate + truePositiveRate;
  const [first] = points;
  if (first === undefined) return [];
  const kept = [first];
  let from = length(first);
  points.forEach((point, index) => {
    const next = points[index + 1];
    // The last point before the line would become too long; two lines in a row always cover a step.
    if (next !== undefined && length(next) - from <= step) return;
    if (index > 0) kept.push(point);
    from = length(point);
  });
  return kept;
}

/**
 * At most `most` points of a precision-recall curve: of each of as many equal parts of the recall the last point, so that
 * the sum over them stays the average precision to within the variation inside one part.
 * @param most from 1
 */
export function thinnedPrecisionRecall(
  points: readonly PrecisionRecallPoint[],
  most: number,
): PrecisionRecallPoint[] {
  if (points.length <= most) return [...points];
  const part = ({ recall }: PrecisionRecallPoint) => Math.ceil(recall * most);
  return points.filter((point, index) => {
    const next = points[index + 1];
    return next === undefined || part(next) !== part(point);
  });
}

/** How many of each side the thresholds at each distinct score raise, the highest threshold first. */
function raised(
  normal: readonly number[],
  anomalous: readonly number[],
): { normals: number; anomalies: number }[] {
  const negatives = sortedScores(normal, 'normal').reverse();
  const positives = sortedScores(anomalous, 'anomalous').reverse();
  const steps: { normals: number; anomalies: number }[] = [];
  let normals = 0;
  let anomalies = 0;
  while (normals < negatives.length || anomalies < positives.length) {
    const threshold = Math.max(negatives[normals] ?? -Infinity, positives[anomalies] ?? -Infinity);
    while ((negatives[normals] ?? -Infinity) >= threshold) normals += 1;
    while ((positives[anomalies] ?? -Infinity) >= threshold) anomalies += 1;
    steps.push({ normals, anomalies });
  }
  return steps;
}
