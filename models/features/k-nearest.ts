import { type Features, requireDimensions, requireFeatures, squaredDistanceOfRows } from './features.ts';
import { type Fitted, type Statistic, kept } from './statistic.ts';

export interface NearestSettings {
  readonly neighbours: number;
  /** The distance to the last of them, or the mean distance to all. */
  readonly distance: 'last' | 'mean';
}

/** Euclidean distance to the nearest fitted vectors; exact. Fewer vectors than neighbours: to all of them. */
export const kNearest: Statistic<NearestSettings> = {
  contrast: false,
  fit(normal) {
    requireFeatures(normal, 'in-distribution');
    return bankParameters(normal);
  },
  scorer(fitted, { neighbours, distance }) {
    const bank = bankOf(fitted);
    return (features) => {
      requireDimensions(features, bank.dimensions);
      const number = Math.min(neighbours, bank.count);
      const nearest = nearestSquares(features, bank, number);
      return Float64Array.from({ length: features.count }, (_, index) => {
        const own = nearest.subarray(index * number, (index + 1) * number).map(Math.sqrt);
        return distance === 'last' ? (own.at(-1) ?? NaN) : own.reduce((sum, each) => sum + each, 0) / number;
      });
    };
  },
};

export function bankParameters({ values, dimensions }: Features): Fitted {
  return { bank: values, dimensions: Float32Array.of(dimensions) };
}

export function bankOf(fitted: Fitted): Features {
  const values = kept(fitted, 'bank');
  const [dimensions = 1] = kept(fitted, 'dimensions');
  return { values, dimensions, count: values.length / dimensions };
}

/** Bytes of the bank that are compared with every query before the next are: what a core's cache holds. */
const BLOCK_BYTES = 2 ** 18;

/** The `number` smallest squared distances of each query to the bank, ascending, `[queries, number]`. */
export function nearestSquares(queries: Features, bank: Features, number: number): Float64Array {
  const nearest = new Float64Array(queries.count * number).fill(Infinity);
  const block = Math.max(1, Math.floor(BLOCK_BYTES / (4 * bank.dimensions)));
  for (let from = 0; from < bank.count; from += block) {
    const to = Math.min(bank.count, from + block);
    for (let query = 0; query < queries.count; query++) {
      const own = nearest.subarray(query * number, (query + 1) * number);
      for (let index = from; index < to; index++)
        insert(own, squaredDistanceOfRows(queries, query, bank, index));
    }
  }
  return nearest;
}

/** Into ascending values, the largest of which is dropped. */
function insert(ascending: Float64Array, value: number): void {
  let place = ascending.length - 1;
  if (!(value < (ascending[place] ?? -Infinity))) return;
  while (place > 0 && value < (ascending[place - 1] ?? -Infinity)) {
    ascending[place] = ascending[place - 1] ?? NaN;
    place -= 1;
  }
  ascending[place] = value;
}
