/** The hypersphere classifier (Ruff et al. 2020): cross-entropy of the probability e^−h that an image is normal. */
import { type RadialFunction, negativeLogComplement, radial, radialOf } from '../losses/hypersphere.ts';
import { oneClassMethod } from './shared/one-class-method.ts';
import { type ExposureSettings, exposureSettings } from './shared/one-class-settings.ts';

export interface HscSettings extends ExposureSettings {
  /** h of ‖φ(x)‖². */
  readonly radial: RadialFunction;
}

export const hsc = oneClassMethod<HscSettings>({
  id: 'hsc',
  title: 'Hypersphere classifier (HSC)',
  use: 'When some images that stand for anomalies are at hand, even if there are few of them or they are of another kind than those to be found.',
  source:
    'Ruff et al., "Rethinking Assumptions in Deep Anomaly Detection", 2020, eq. 4 and 5, with the pseudo-Huber function.',
  settings: (preset, shape, choices) => ({
    ...exposureSettings(preset, shape, true, choices),
    radial: 'pseudo-huber',
  }),
  reading: 'squared-distance',
  normalLoss:
    ({ radial: kind }) =>
    (squared) =>
      radial(kind, squared),
  exposure: {
    loss:
      ({ radial: kind }) =>
      (squared) =>
        negativeLogComplement(radial(kind, squared)),
    count: ({ exposureImages }) => exposureImages,
    blur: ({ exposureBlur }) => exposureBlur,
  },
  score: 'anomaly-probability',
  // 1 − e^−h, which float64 tells from 1 up to h = 36.
  scoreOf: ({ radial: kind }, squared) => -Math.expm1(-radialOf(kind, squared)),
});
