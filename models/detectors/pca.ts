import { pca } from '../features/pca.ts';
import { featureMethod } from './shared/feature-method.ts';

export const pcaMethod = featureMethod({
  id: 'pca',
  title: 'Principal components',
  use: 'When normal features vary in few directions, and anomalies leave them.',
  source: 'Squared reconstruction error outside the first principal components, over the number of features.',
  statistic: pca,
  statisticSettings: () => ({ keep: 'variance' as const, share: 0.95 }),
});
