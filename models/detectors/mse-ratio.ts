import { mseRatio } from '../features/mse-ratio.ts';
import { featureMethod } from './shared/feature-method.ts';

export const mseRatioMethod = featureMethod({
  id: 'mse-ratio',
  title: 'Distance to the mean against a general set',
  use: 'When a general set shares what varies harmlessly, and its images are what anomalies look like.',
  source:
    'Difference of the squared errors to the in-distribution mean and to the general mean: the log-likelihood ratio of two round Gaussians.',
  statistic: mseRatio,
  statisticSettings: () => ({}),
});
