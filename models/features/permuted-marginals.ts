import { RandomStream } from '../random.ts';
import { type Features, row } from './features.ts';

/**
 * Every column in an order of its own: each keeps its distribution, and what ties them together is gone. A contrast set for tables, where no
 * other data are at hand (Schmier, Köthe, Straehle 2023).
 */
export function permutedMarginals(features: Features, seed: number): Features {
  const { count, dimensions } = features;
  const values = new Float32Array(features.values.length);
  for (let column = 0; column < dimensions; column++) {
    const order = new RandomStream(seed, `marginal ${column}`).permutation(count);
    order.forEach((source, target) => {
      values[target * dimensions + column] = row(features, source)[column] ?? Number.NaN;
    });
  }
  return { values, count, dimensions };
}
