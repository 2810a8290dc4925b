import { type Features, requireDimensions, requireFeatures, row, squaredDistance } from './features.ts';
import { meanOf } from './moments.ts';
import { type Statistic, kept } from './statistic.ts';

/** ‖z − mean‖² / D. */
export const mse: Statistic<Readonly<Record<string, never>>> = {
  contrast: false,
  fit(normal) {
    requireFeatures(normal, 'in-distribution');
    return { mean: Float32Array.from(meanOf(normal)) };
  },
  scorer(fitted) {
    const mean = kept(fitted, 'mean');
    return (features) => distances(features, mean);
  },
};

/** Mean squared error of each row to one vector. */
export function distances(features: Features, mean: Float32Array): Float64Array {
  requireDimensions(features, mean.length);
  return Float64Array.from(
    { length: features.count },
    (_, index) => squaredDistance(row(features, index), mean) / mean.length,
  );
}
