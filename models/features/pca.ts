import { type Features, requireDimensions, requireFeatures, row } from './features.ts';
import { covarianceOf, meanOf } from './moments.ts';
import { type Statistic, kept } from './statistic.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** How many principal components are kept: a number, or as many as explain this share of the variance, in (0, 1]. */
export type PcaSettings =
  | { readonly keep: 'components'; readonly components: number }
  | { readonly keep: 'variance'; readonly share: number };

/** What is left of z − mean outside the span of the first principal components, as a mean squared error over D. */
export const pca: Statistic<PcaSettings> = {
  contrast: false,
  fit(normal, settings) {
    requireFeatures(normal, 'in-distribution');
    const mean = meanOf(normal);
    const components = principalComponents(normal, mean, settings);
    return { mean: Float32Array.from(mean), components: Float32Array.from(components) };
  },
  scorer(fitted) {
    const mean = kept(fitted, 'mean');
    const components = kept(fitted, 'components');
    const dimensions = mean.length;
    const count = components.length / dimensions;
    const residual = new Float64Array(dimensions);
    return (features) => {
      requireDimensions(features, dimensions);
      return Float64Array.from({ length: features.count }, (_, index) => {
        const vector = row(features, index);
        for (let d = 0; d < dimensions; d++) residual[d] = (vector[d] ?? NaN) - (mean[d] ?? NaN);
        for (let k = 0; k < count; k++)
          subtractProjection(residual, components.subarray(k * dimensions, (k + 1) * dimensions));
        return residual.reduce((sum, value) => sum + value * value, 0) / dimensions;
      });
    };
  },
};

/** One component after the other, so that what rounding left of one is taken away too. */
function subtractProjection(residual: Float64Array, component: Float32Array): void {
  let projection = 0;
  for (let d = 0; d < component.length; d++) projection += (residual[d] ?? 0) * (component[d] ?? 0);
  for (let d = 0; d < component.length; d++)
    residual[d] = (residual[d] ?? 0) - projection * (component[d] ?? 0);
}

/**
 * Rows of unit length `[k, D]`, the direction of most variance first; directions without any are left out. Of fewer
 * vectors than dimensions, from the inner products of the vectors: the same directions, from the smaller matrix.
 */
export function principalComponents(
  normal: Features,
  mean: Float64Array,
  settings: PcaSettings,
): Float64Array {
  const { count, dimensions } = normal;
  if (count >= dimensions) {
    const { values, vectors } = symmetricEigen(covarianceOf(normal, mean), dimensions);
    return vectors.subarray(0, keptComponents(values, settings) * dimensions);
  }
  const centred = new Float64Array(count * dimensions);
  for (let i = 0; i < count; i++) {
    row(normal, i).forEach((value, d) => (centred[i * dimensions + d] = value - (mean[d] ?? 0)));
  }
  const { values, vectors } = symmetricEigen(innerProducts(centred, count, dimensions), count);
  const number = keptComponents(values, settings);
  const components = new Float64Array(number * dimensions);
  for (let k = 0; k < number; k++) {
    const length = Math.sqrt((values[k] ?? 0) * count);
    for (let i = 0; i < count; i++) {
      const weight = (vectors[k * count + i] ?? 0) / length;
      for (let d = 0; d < dimensions; d++) {
        components[k * dimensions + d] =
          (components[k * dimensions + d] ?? 0) + weight * (centred[i * dimensions + d] ?? 0);
      }
    }
  }
  return components;
}

/** `[N, N]`, over N. */
function innerProducts(centred: Float64Array, count: number, dimensions: number): Float64Array {
  const products = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let d = 0; d < dimensions; d++)
        sum += (centred[i * dimensions + d] ?? 0) * (centred[j * dimensions + d] ?? 0);
      products[i * count + j] = sum / count;
      products[j * count + i] = sum / count;
    }
  }
  return products;
}

/** Below this share of the largest variance a direction is rounding. */
const RANK_TOLERANCE = 1e-10;

function keptComponents(variances: Float64Array, settings: PcaSettings): number {
  const rank = variances.filter((value) => value > RANK_TOLERANCE * (variances[0] ?? 0)).length;
  if (settings.keep === 'components') return Math.min(settings.components, rank);
  const total = variances.subarray(0, rank).reduce((sum, value) => sum + value, 0);
  let explained = 0;
  let number = 0;
  while (number < rank && explained < settings.share * total) {
    explained += variances[number] ?? 0;
    number += 1;
  }
  return number;
}
