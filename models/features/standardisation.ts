import { type Features, requireDimensions } from './features.ts';
import { meanOf, varianceOf } from './moments.ts';
import { type Fitted, kept } from './statistic.ts';

/** Of a feature's mean square: below it a feature is constant but for rounding. */
const LEAST_SHARE = 1e-10;

/** `centre` and `gain` `[D]`, after which each feature has mean 0 and deviation 1; constant ones become 0 where they are as fitted. */
export function standardisation(features: Features): Fitted {
  const mean = meanOf(features);
  const variance = varianceOf(features, mean);
  const gain = variance.map((value, d) =>
    value > LEAST_SHARE * (mean[d] ?? 0) ** 2 ? 1 / Math.sqrt(value) : 1,
  );
  return { centre: Float32Array.from(mean), gain: Float32Array.from(gain) };
}

/** @throws FeatureError 'wrong-dimensions' */
export function standardised(features: Features, fitted: Fitted): Features {
  const centre = kept(fitted, 'centre');
  const gain = kept(fitted, 'gain');
  requireDimensions(features, centre.length);
  const { dimensions } = features;
  const values = features.values.map(
    (value, index) => (value - (centre[index % dimensions] ?? NaN)) * (gain[index % dimensions] ?? NaN),
  );
  return { ...features, values };
}
