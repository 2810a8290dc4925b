import { type Features, row } from './features.ts';

/** `[D]` */
export function meanOf(features: Features): Float64Array {
  const { count, dimensions } = features;
  const mean = new Float64Array(dimensions);
  for (let index = 0; index < count; index++) {
    const vector = row(features, index);
    for (let d = 0; d < dimensions; d++) mean[d] = (mean[d] ?? 0) + (vector[d] ?? 0);
  }
  return mean.map((sum) => sum / count);
}

/** Maximum-likelihood covariance `[D, D]` around a mean, row-major. */
export function covarianceOf(features: Features, mean: Float64Array): Float64Array {
  const { count, dimensions } = features;
  const covariance = new Float64Array(dimensions * dimensions);
  const centred = new Float64Array(dimensions);
  for (let index = 0; index < count; index++) {
    const vector = row(features, index);
    for (let d = 0; d < dimensions; d++) centred[d] = (vector[d] ?? 0) - (mean[d] ?? 0);
    for (let i = 0; i < dimensions; i++) {
      const factor = (centred[i] ?? 0) / count;
      const start = i * dimensions;
      for (let j = 0; j <= i; j++)
        covariance[start + j] = (covariance[start + j] ?? 0) + factor * (centred[j] ?? 0);
    }
  }
  for (let i = 0; i < dimensions; i++) {
    for (let j = 0; j < i; j++) covariance[j * dimensions + i] = covariance[i * dimensions + j] ?? 0;
  }
  return covariance;
}

/** Of each dimension alone, `[D]`. */
export function varianceOf(features: Features, mean: Float64Array): Float64Array {
  const { count, dimensions } = features;
  const variance = new Float64Array(dimensions);
  for (let index = 0; index < count; index++) {
    const vector = row(features, index);
    for (let d = 0; d < dimensions; d++) {
      variance[d] = (variance[d] ?? 0) + ((vector[d] ?? 0) - (mean[d] ?? 0)) ** 2 / count;
    }
  }
  return variance;
}
