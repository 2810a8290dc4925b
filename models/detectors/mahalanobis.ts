import { mahalanobis } from '../features/mahalanobis.ts';
import { featureMethod } from './shared/feature-method.ts';

export const mahalanobisMethod = featureMethod({
  id: 'mahalanobis',
  title: 'Mahalanobis distance',
  use: 'When features are correlated and of different sizes: one Gaussian that knows which directions vary.',
  source:
    'Mahalanobis 1936, with the covariance shrunk towards a round one (Ledoit & Wolf 2004, equation 1).',
  statistic: mahalanobis,
  statisticSettings: () => ({ shrinkage: 0.1 }),
});
