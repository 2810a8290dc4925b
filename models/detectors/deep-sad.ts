/** Deep Semi-supervised Anomaly Detection (Ruff et al. 2020): Deep SVDD that keeps exposure images away from the centre. */
import { inverseDistance } from '../losses/hypersphere.ts';
import { oneClassMethod } from './shared/one-class-method.ts';
import { exposureSettings } from './shared/one-class-settings.ts';

export const deepSad = oneClassMethod({
  id: 'deep-sad',
  title: 'Deep SAD',
  use: 'When a few anomalous images are known and others may look like nothing seen so far.',
  source:
    'Ruff et al., "Deep Semi-Supervised Anomaly Detection", ICLR 2020, eq. 7, with the centre at the origin and exposure images as labelled anomalies.',
  settings: (preset, shape, choices) => exposureSettings(preset, shape, false, choices),
  reading: 'squared-distance',
  normalLoss: () => (squared) => squared,
  exposure: {
    loss: () => inverseDistance,
    count: ({ exposureImages }) => exposureImages,
    blur: ({ exposureBlur }) => exposureBlur,
  },
  score: 'squared-distance',
  scoreOf: (_, squared) => squared,
});
