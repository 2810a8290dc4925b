import type { RandomStream } from '../random.ts';
import { type Features, row, squaredDistanceOfRows } from './features.ts';

/**
 * The rows of a greedy k-centre coreset (Roth et al. 2022, algorithm 1): each next one is the farthest from all chosen so far, which
 * covers the set within twice the best radius. Distances are taken in a random projection (Johnson & Lindenstrauss) where the
 * vectors have more dimensions than that.
 * @param size at least 1; all rows where there are no more
 * @param projected dimensions of the projection
 */
export function greedyCoreset(
  features: Features,
  size: number,
  projected: number,
  random: RandomStream,
): Uint32Array {
  const { count } = features;
  if (size >= count) return Uint32Array.from({ length: count }, (_, index) => index);
  const points = projected < features.dimensions ? projection(features, projected, random) : features;
  const chosen = new Uint32Array(size);
  const toChosen = new Float64Array(count).fill(Infinity);
  let next = random.integer(count);
  for (let slot = 0; slot < size; slot++) {
    chosen[slot] = next;
    const centre = next;
    let farthest = -1;
    for (let index = 0; index < count; index++) {
      const distance = Math.min(toChosen[index] ?? 0, squaredDistanceOfRows(points, index, points, centre));
      toChosen[index] = distance;
      if (distance > farthest) {
        farthest = distance;
        next = index;
      }
    }
  }
  return chosen;
}

/** By a Gaussian matrix; distances keep their proportions up to a common factor. */
function projection(features: Features, projected: number, random: RandomStream): Features {
  const { count, dimensions } = features;
  const matrix = Float32Array.from({ length: projected * dimensions }, () => random.normal());
  const values = new Float32Array(count * projected);
  for (let index = 0; index < count; index++) {
    const vector = row(features, index);
    for (let axis = 0; axis < projected; axis++) {
      let sum = 0;
      for (let d = 0; d < dimensions; d++) sum += (vector[d] ?? 0) * (matrix[axis * dimensions + d] ?? 0);
      values[index * projected + axis] = sum;
    }
  }
  return { values, count, dimensions: projected };
}
