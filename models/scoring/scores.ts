/**
 * A sorted copy, ascending.
 * @param side names the scores in the message: "normal", "anomalous", …
 * @throws {RangeError} when there are none, or one is not finite: NaN has no rank and would corrupt a metric silently.
 */
export function sortedScores(scores: readonly number[], side: string): Float64Array {
  requireScores(scores, side);
  return Float64Array.from(scores).sort();
}

/** @throws {RangeError} when there are no scores, or one is not finite. */
export function requireScores(scores: readonly number[], side: string): void {
  if (scores.length === 0) throw new RangeError(`there are no ${side} scores`);
  requireFinite(scores, side);
}

/** @throws {RangeError} when a score is not finite. */
export function requireFinite(scores: readonly number[], side: string): void {
  const position = scores.findIndex((score) => !Number.isFinite(score));
  if (position >= 0) {
    throw new RangeError(`${side} score ${position} is ${scores[position] ?? NaN}, not a finite number`);
  }
}
