/** Classification as in BCE, with images that are told apart easily counting less (Lin et al. 2017). */
import { focalLoss } from '../losses/classification.ts';
import { oneClassMethod } from './shared/one-class-method.ts';
import { type ExposureSettings, exposureSettings } from './shared/one-class-settings.ts';

export interface FocalSettings extends ExposureSettings {
  /** 0 is binary cross-entropy. */
  readonly gamma: number;
}

export const focal = oneClassMethod<FocalSettings>({
  id: 'focal',
  title: 'Classifier (focal loss)',
  use: 'As BCE, when most exposure images are unlike the normal ones and the few that resemble them matter.',
  source:
    'Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017, eq. 4; for anomalies Ruff et al. 2020.',
  settings: (preset, shape, choices) => ({
    ...exposureSettings(preset, shape, true, choices),
    gamma: 2,
  }),
  reading: 'logit',
  normalLoss:
    ({ gamma }) =>
    (logit) =>
      focalLoss(logit, false, gamma),
  exposure: {
    loss:
      ({ gamma }) =>
      (logit) =>
        focalLoss(logit, true, gamma),
    count: ({ exposureImages }) => exposureImages,
    blur: ({ exposureBlur }) => exposureBlur,
  },
  score: 'logit',
  scoreOf: (_, logit) => logit,
});
