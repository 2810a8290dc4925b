/**
 * What a score means, from the scores of normal images that were never trained on: how rarely a normal image is as anomalous.
 * Only that makes scores of different detectors comparable.
 */
import type { Interval } from './interval.ts';
import { proportionInterval } from './proportion-interval.ts';
import { requireFinite, sortedScores } from './scores.ts';

export interface TailProbability extends Interval {
  /**
   * (1 + #{normals ≥ score}) / (n + 1): for a normal image that is exchangeable with the held-out ones, at most α with a
   * chance of at most α (Vovk et al. 2005, conformal p-value). Never 0: n normals cannot show that.
   */
  readonly probability: number;
}

/**
 * @param level of the exact (Clopper–Pearson) interval of the true share of normals that score as high
 * @returns the tail probability of a score; higher scores never have a higher one. It throws a RangeError for a score that is
 * not finite.
 * @throws {RangeError} without normals, or for one that is not finite
 */
export function calibration(
  heldOutNormals: readonly number[],
  level = 0.95,
): (score: number) => TailProbability {
  const ascending = sortedScores(heldOutNormals, 'held-out normal');
  const count = ascending.length;
  // Exact intervals are dear beside the search, and long lists ask for the same ones again and again.
  const known = new Map<number, TailProbability>();
  return (score) => {
    requireFinite([score], 'calibrated');
    const above = count - firstAtLeast(ascending, score);
    const tail = known.get(above) ?? {
      probability: (1 + above) / (count + 1),
      ...proportionInterval(above, count, level),
    };
    known.set(above, tail);
    return tail;
  };
}

/** Of the same images under several detectors: a list a detector. */
export type ScoresByDetector = readonly (readonly number[])[];

export interface CombinedScores {
  /** Of the held-out normals, to calibrate on or to set a threshold by. */
  readonly heldOut: number[];
  readonly scores: number[];
}

/**
 * Several detectors as one score: the mean of −ln of their tail probabilities, which is Fisher's statistic over 2k. Fisher's χ² would
 * need detectors that know nothing of each other; calibrate the combined score on the combined held-out normals
 * instead. Each of these is compared with the others, not with itself.
 * @param heldOut of the same held-out normals, in the same order, from two
 * @param scores of the same images, in the same order
 * @throws {RangeError} where the detectors or their lists do not match, for fewer than two normals, or a score that is not finite
 */
export function combined(heldOut: ScoresByDetector, scores: ScoresByDetector): CombinedScores {
  requireMatching(heldOut, scores);
  const evidence = heldOut.map((normals, detector) => {
    const ascending = sortedScores(normals, 'held-out normal');
    const count = ascending.length;
    const tail = calibration(normals);
    const atLeast = (score: number) => count - firstAtLeast(ascending, score);
    return {
      // Itself among them: the 1 of the formula.
      heldOut: normals.map((score) => -Math.log(atLeast(score) / count)),
      scores: (scores[detector] ?? []).map((score) => -Math.log(tail(score).probability)),
    };
  });
  return {
    heldOut: means(evidence.map((each) => each.heldOut)),
    scores: means(evidence.map((each) => each.scores)),
  };
}

/**
 * Several fits of one detector as one: the mean of their scores, each in deviations from the mean of the held-out normals,
 * so that no fit outweighs the others by its unit.
 * @throws {RangeError} as {@link combined}, and for a fit that gives all held-out normals the same score
 */
export function ensemble(heldOut: ScoresByDetector, scores: ScoresByDetector): CombinedScores {
  requireMatching(heldOut, scores);
  const standardised = heldOut.map((normals, fit) => {
    const mean = meanOf(normals);
    const deviation = Math.sqrt(meanOf(normals.map((score) => (score - mean) ** 2)));
    if (!(deviation > 0)) throw new RangeError(`fit ${fit} gives all held-out normals the same score`);
    const unit = (list: readonly number[]) => list.map((score) => (score - mean) / deviation);
    return { heldOut: unit(normals), scores: unit(scores[fit] ?? []) };
  });
  return {
    heldOut: means(standardised.map((each) => each.heldOut)),
    scores: means(standardised.map((each) => each.scores)),
  };
}

/** The first index whose score is at least this; the number of scores where there is none. */
function firstAtLeast(ascending: Float64Array, score: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ascending[middle] ?? Infinity) < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

function requireMatching(heldOut: ScoresByDetector, scores: ScoresByDetector): void {
  const isEven = (lists: ScoresByDetector) => lists.every(({ length }) => length === lists[0]?.length);
  if (heldOut.length === 0 || heldOut.length !== scores.length || !isEven(heldOut) || !isEven(scores)) {
    throw new RangeError('the detectors to combine were not given the same images');
  }
  if ((heldOut[0]?.length ?? 0) < 2)
    throw new RangeError('combining detectors takes two held-out normals or more');
  for (const list of heldOut) requireFinite(list, 'held-out normal');
  for (const list of scores) requireFinite(list, 'combined');
}

/** Of each image over the lists. */
function means(lists: ScoresByDetector): number[] {
  return (lists[0] ?? []).map((_, image) => meanOf(lists.map((list) => list[image] ?? NaN)));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
