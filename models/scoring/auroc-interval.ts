import { type Interval } from './interval.ts';
import { auroc } from './metrics.ts';
import { sortedScores } from './scores.ts';

/** The standard normal quantile at 97.5 %. */
const Z = 1.959963984540054;

/**
 * The 95 % interval of the AUROC after DeLong, DeLong and Clarke-Pearson (1988), cut to [0, 1]: in O((n + m) log(n + m)),
 * where resampling hundreds of thousands of scores would take minutes. Like the bootstrap it collapses to a point where the
 * sides are separated perfectly.
 * @throws {RangeError} for an empty side or a score that is not finite
 */
export function delongInterval(normal: readonly number[], anomalous: readonly number[]): Interval {
  const estimate = auroc(normal, anomalous);
  const normals = sortedScores(normal, 'normal');
  const anomalies = sortedScores(anomalous, 'anomalous');
  const ofAnomalies = sharesBelow(anomalies, normals);
  const ofNormals = sharesBelow(normals, anomalies);
  const error = Math.sqrt(variance(ofAnomalies) / anomalies.length + variance(ofNormals) / normals.length);
  return { low: Math.max(0, estimate - Z * error), high: Math.min(1, estimate + Z * error) };
}

/** For each score the share of the others below it, ties counting half; both ascending. */
function sharesBelow(scores: Float64Array, others: Float64Array): Float64Array {
  let below = 0;
  let belowOrEqual = 0;
  return scores.map((score) => {
    while ((others[below] ?? Infinity) < score) below += 1;
    while ((others[belowOrEqual] ?? Infinity) <= score) belowOrEqual += 1;
    return (below + belowOrEqual) / (2 * others.length);
  });
}

/** Unbiased; 0 for a single value. */
function variance(values: Float64Array): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
