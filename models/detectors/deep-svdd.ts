/** Deep Support Vector Data Description (Ruff et al. 2018): normal images are gathered around a point. */
import { oneClassMethod } from './shared/one-class-method.ts';
import { oneClassSettings } from './shared/one-class-settings.ts';

export const deepSvdd = oneClassMethod({
  id: 'deep-svdd',
  title: 'Deep SVDD',
  use: 'When there is nothing but normal images and the fit must be short; any images that stand for anomalies serve Deep SAD, HSC or BCE far better.',
  source:
    'Ruff et al., "Deep One-Class Classification", ICML 2018, eq. 4, with the centre at the origin and without pre-training by an autoencoder.',
  // Biases would let the network send every image to the centre.
  settings: (preset, shape, choices) => oneClassSettings(preset, shape, false, choices),
  reading: 'squared-distance',
  normalLoss: () => (squared) => squared,
  exposure: null,
  score: 'squared-distance',
  scoreOf: (_, squared) => squared,
});
