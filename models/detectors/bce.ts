/** Classification of normal against exposure images by binary cross-entropy (Ruff et al. 2020; Hendrycks et al. 2019). */
import { crossEntropy } from '../losses/classification.ts';
import { oneClassMethod } from './shared/one-class-method.ts';
import { exposureSettings } from './shared/one-class-settings.ts';

export const bce = oneClassMethod({
  id: 'bce',
  title: 'Classifier (BCE)',
  use: 'When images that stand for anomalies are many and varied: then telling the two apart is the simplest and best.',
  source:
    'Ruff et al., "Rethinking Assumptions in Deep Anomaly Detection", 2020: binary cross-entropy on a linear head.',
  settings: (preset, shape, choices) => exposureSettings(preset, shape, true, choices),
  reading: 'logit',
  normalLoss: () => (logit) => crossEntropy(logit, false),
  exposure: {
    loss: () => (logit) => crossEntropy(logit, true),
    count: ({ exposureImages }) => exposureImages,
    blur: ({ exposureBlur }) => exposureBlur,
  },
  score: 'logit',
  scoreOf: (_, logit) => logit,
});
