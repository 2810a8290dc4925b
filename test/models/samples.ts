/** Small random tensors for tests, from a generator of their own: the product's is under test. */
import type { ElementType } from '../../models/compile/graph.ts';

export interface Sample {
  readonly type: 'float32' | 'int32' | 'uint32' | 'bool';
  readonly shape: readonly number[];
  /** Row-major; booleans are 0 and 1. */
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
}

export type Samples = Readonly<Record<string, Sample>>;

/** A generator of numbers in [0, 1): mulberry32. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal draws (Box–Muller). */
export function normals(seed: number): () => number {
  const draw = chance(seed);
  return () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Uniform between `low` and `high`. */
export function floats(shape: readonly number[], seed = 1, low = -2, high = 2): Sample {
  const draw = chance(seed);
  const data = Float32Array.from({ length: count(shape) }, () => low + (high - low) * draw());
  return { type: 'float32', shape, data };
}

/** Whole numbers from `low` to `high`, both included. */
export function ints(shape: readonly number[], seed = 1, low = -9, high = 9): Sample {
  const draw = chance(seed);
  const data = Int32Array.from({ length: count(shape) }, () => low + Math.floor((high - low + 1) * draw()));
  return { type: 'int32', shape, data };
}

export function words(shape: readonly number[], seed = 1, high = 2 ** 32 - 1): Sample {
  const draw = chance(seed);
  const data = Uint32Array.from({ length: count(shape) }, () => Math.floor((high + 1) * draw()));
  return { type: 'uint32', shape, data };
}

export function bools(shape: readonly number[], seed = 1): Sample {
  const draw = chance(seed);
  const data = Int32Array.from({ length: count(shape) }, () => (draw() < 0.5 ? 0 : 1));
  return { type: 'bool', shape, data };
}

export function sample(data: readonly number[], shape: readonly number[]): Sample {
  return { type: 'float32', shape, data: Float32Array.from(data) };
}

/** Named inputs of a program, as the compiler wants them described. */
export function specsOf(samples: Samples): { name: string; shape: readonly number[]; type: ElementType }[] {
  return Object.entries(samples).map(([name, { shape, type }]) => ({ name, shape, type }));
}
