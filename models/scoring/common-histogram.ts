import { binOf } from './histogram.ts';
import { requireScores, sortedScores } from './scores.ts';

export interface CommonHistogram {
  /** `bins` + 1 ascending edges. */
  readonly edges: readonly number[];
  /**
   * For each set its counts: bin i holds edges[i] ≤ value < edges[i + 1]; the first and the last bin also hold what lies
   * beyond them, so that the counts of a set sum to its size.
   */
  readonly counts: readonly (readonly number[])[];
}

/** The share at each end of a set that does not widen the range by itself. */
const TAIL = 0.005;
/** How much of the range between the tails the edges may go beyond it, on each side. */
const MARGIN = 0.5;

/**
 * Histograms of several sets of values on the same bins of equal width. A few values far away do not squeeze all others
 * into one bin: the edges reach from tail to tail of the sets, and to the extreme values only where those are near.
 * @throws {RangeError} where no set holds a value, for one that is not finite, for a range wider than the largest
 * number, or where `bins` is no whole number from 1
 */
export function commonHistogram(sets: readonly (readonly number[])[], bins: number): CommonHistogram {
  if (!Number.isInteger(bins) || bins < 1) {
    throw new RangeError(`the number of bins is a whole number from 1, not ${bins}`);
  }
  const filled = sets.filter((set) => set.length > 0);
  requireScores(filled[0] ?? [], 'histogram');
  const { low, high } = rangeOf(filled.map((set) => sortedScores(set, 'histogram')));
  const edges = Array.from({ length: bins + 1 }, (_, index) =>
    index === bins ? high : low + (high - low) * (index / bins),
  );
  const counts = sets.map((set) => {
    const own = Array.from({ length: bins }, () => 0);
    for (const value of set) {
      const bin = binOf(value, edges);
      own[bin] = (own[bin] ?? 0) + 1;
    }
    return own;
  });
  return { edges, counts };
}

function rangeOf(sets: readonly Float64Array[]): { low: number; high: number } {
  const at = (set: Float64Array, share: number) => set[Math.round(share * (set.length - 1))] ?? NaN;
  const least = (share: number) => Math.min(...sets.map((set) => at(set, share)));
  const most = (share: number) => Math.max(...sets.map((set) => at(set, share)));
  const [tailLow, tailHigh] = [least(TAIL), most(1 - TAIL)];
  const margin = (tailHigh - tailLow) * MARGIN;
  const low = Math.max(least(0), tailLow - margin);
  const high = Math.min(most(1), tailHigh + margin);
  if (!Number.isFinite(high - low))
    throw new RangeError(`the values from ${low} to ${high} are too far apart`);
  if (low < high) return { low, high };
  // Relative to the value: half a unit added to a huge score would be lost in rounding.
  const half = Math.max(1, Math.abs(low)) / 2;
  return { low: low - half, high: high + half };
}
