import { cholesky, solveLower } from './cholesky.ts';
import { requireDimensions, requireFeatures, row } from './features.ts';
import { covarianceOf, meanOf } from './moments.ts';
import { type Statistic, kept } from './statistic.ts';

export interface MahalanobisSettings {
  /** Share of the covariance that a round one of the same mean variance replaces, in (0, 1]: fewer vectors than dimensions need some. */
  readonly shrinkage: number;
}

/** Of the mean square, and of all: round variances so small that they only keep constant features from dividing by zero. */
const LEAST_SHARE = 1e-12;
const LEAST_VARIANCE = 1e-30;

/** (z − mean)ᵀ Σ⁻¹ (z − mean) with Σ = (1 − s)·covariance + s·(trace / D)·I (Ledoit & Wolf 2004, equation 1, s as a setting). */
export const mahalanobis: Statistic<MahalanobisSettings> = {
  contrast: false,
  fit(normal, { shrinkage }) {
    requireFeatures(normal, 'in-distribution');
    const { dimensions } = normal;
    const mean = meanOf(normal);
    const covariance = covarianceOf(normal, mean);
    let trace = 0;
    for (let d = 0; d < dimensions; d++) trace += covariance[d * dimensions + d] ?? 0;
    const size = mean.reduce((sum, value) => sum + value * value, 0) / dimensions;
    const round = Math.max(trace / dimensions, LEAST_SHARE * size, LEAST_VARIANCE);
    const shrunk = covariance.map((value) => (1 - shrinkage) * value);
    for (let d = 0; d < dimensions; d++) {
      shrunk[d * dimensions + d] = (shrunk[d * dimensions + d] ?? 0) + shrinkage * round;
    }
    return { mean: Float32Array.from(mean), factor: Float32Array.from(cholesky(shrunk, dimensions)) };
  },
  scorer(fitted) {
    const mean = kept(fitted, 'mean');
    const dimensions = mean.length;
    const lower = Float64Array.from(kept(fitted, 'factor'));
    const centred = new Float64Array(dimensions);
    return (features) => {
      requireDimensions(features, dimensions);
      return Float64Array.from({ length: features.count }, (_, index) => {
        const vector = row(features, index);
        for (let d = 0; d < dimensions; d++) centred[d] = (vector[d] ?? NaN) - (mean[d] ?? NaN);
        solveLower(lower, dimensions, centred);
        return centred.reduce((sum, value) => sum + value * value, 0);
      });
    };
  },
};
