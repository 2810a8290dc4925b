/** Feature vectors as flows are fitted to them. All of them row-major, `[N, dimensions]`. */
import { FeatureError } from '../../features/feature-error.ts';
import { featuresOf } from '../../features/features.ts';
import { RandomStream } from '../../random.ts';

type Vectors = Float32Array<ArrayBuffer>;

export interface VectorSets {
  readonly dimensions: number;
  /** In-distribution. */
  readonly normal: Vectors;
  /** In-distribution, never trained on. */
  readonly heldOut: Vectors;
  /** What the density is to be low on, or what it is compared with. */
  readonly contrast: Vectors;
  readonly heldOutContrast: Vectors;
}

/** Held-out vectors that decide which weights are best: more say no more. */
const MOST_HELD_OUT = 2048;

/**
 * @param contrast a tenth of it, drawn at random, is held out; a single vector is both
 * @throws FeatureError 'wrong-dimensions' for vectors of one dimension, 'no-features' for none, 'not-finite'
 */
export function vectorSets(
  dimensions: number,
  { normal, heldOut, contrast }: { normal: Vectors; heldOut: Vectors; contrast: Vectors | null },
  seed: number,
): VectorSets {
  if (dimensions < 2)
    throw new FeatureError(
      'wrong-dimensions',
      'A flow needs vectors of at least two features, and there is one; choose an encoder or a table with more.',
    );
  const all = { 'in-distribution': normal, 'held-out': heldOut, ...(contrast === null ? {} : { contrast }) };
  for (const [name, vectors] of Object.entries(all)) {
    const { count } = featuresOf(vectors, dimensions, name);
    if (count === 0)
      throw new FeatureError(
        'no-features',
        `There is nothing in the ${name} set; a flow needs at least one sample of it.`,
      );
  }
  const drawn = split(contrast ?? new Float32Array(), dimensions, seed);
  return {
    dimensions,
    normal,
    heldOut: heldOut.subarray(0, MOST_HELD_OUT * dimensions),
    contrast: drawn.kept,
    heldOutContrast: drawn.heldOut,
  };
}

/** Mean and deviation of each dimension, and the root mean square of the deviations: the unit that noise is measured in. */
export function spreadOf(
  vectors: Vectors,
  dimensions: number,
): { mean: Vectors; deviation: Vectors; unit: number } {
  const count = vectors.length / dimensions;
  const mean = new Float64Array(dimensions);
  vectors.forEach((value, at) => (mean[at % dimensions] = (mean[at % dimensions] ?? 0) + value / count));
  const variance = new Float64Array(dimensions);
  vectors.forEach((value, at) => {
    const column = at % dimensions;
    variance[column] = (variance[column] ?? 0) + (value - (mean[column] ?? 0)) ** 2 / count;
  });
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / dimensions;
  // One vector, or all alike: the size of its entries is the only unit there is.
  const square = meanOf(variance) || meanOf(mean.map((value) => value ** 2)) || 1;
  return {
    mean: Float32Array.from(mean),
    deviation: Float32Array.from(variance, Math.sqrt),
    unit: Math.sqrt(square),
  };
}

/** The same numbers each time: what is measured twice must not differ by chance. */
export function withNoise(vectors: Vectors, deviation: number, purpose: string): Vectors {
  const random = new RandomStream(0, purpose);
  return vectors.map((value) => value + deviation * random.normal());
}

function split(vectors: Vectors, dimensions: number, seed: number): { kept: Vectors; heldOut: Vectors } {
  const count = vectors.length / dimensions;
  if (count <= 1) return { kept: vectors, heldOut: vectors };
  const order = Array.from(new RandomStream(seed, 'held-out contrast').permutation(count));
  const cut = Math.min(MOST_HELD_OUT, Math.ceil(count / 10));
  const rows = (indices: readonly number[]) => {
    const chosen = new Float32Array(indices.length * dimensions);
    indices.forEach((row, slot) =>
      chosen.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), slot * dimensions),
    );
    return chosen;
  };
  return { kept: rows(order.slice(cut)), heldOut: rows(order.slice(0, cut)) };
}
