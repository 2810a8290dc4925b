import { kde } from '../features/kde.ts';
import { featureMethod } from './shared/feature-method.ts';

export const kdeMethod = featureMethod({
  id: 'kde',
  title: 'Kernel density',
  use: 'When normal images form several groups and there are at most a few thousand of them.',
  source:
    'Parzen 1962: minus the log of the mean of round Gaussian kernels; bandwidth by leave-one-out likelihood (Duin 1976).',
  statistic: kde,
  statisticSettings: () => ({ bandwidth: { choice: 'leave-one-out' as const } }),
});
