import { FeatureError } from './feature-error.ts';
import { requireFeatures } from './features.ts';
import { meanOf } from './moments.ts';
import { distances } from './mse.ts';
import { type Statistic, kept } from './statistic.ts';

/**
 * (‖z − mean‖² − ‖z − contrast mean‖²) / D: up to a factor the log-likelihood ratio of two Gaussians of one common,
 * round covariance, as the flow-ratio is that of two flows. Linear in z, so that it has no smallest value.
 */
export const mseRatio: Statistic<Readonly<Record<string, never>>> = {
  contrast: true,
  fit(normal, _, contrast) {
    requireFeatures(normal, 'in-distribution');
    if (contrast === null || contrast.count === 0) {
      throw new FeatureError(
        'no-contrast',
        'This detector compares with a general set; choose a folder of general images.',
      );
    }
    return { mean: Float32Array.from(meanOf(normal)), contrastMean: Float32Array.from(meanOf(contrast)) };
  },
  scorer(fitted) {
    const mean = kept(fitted, 'mean');
    const contrastMean = kept(fitted, 'contrastMean');
    return (features) => {
      const toContrast = distances(features, contrastMean);
      return distances(features, mean).map((distance, index) => distance - (toContrast[index] ?? NaN));
    };
  },
};
