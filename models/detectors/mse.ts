import { mse } from '../features/mse.ts';
import { featureMethod } from './shared/feature-method.ts';

export const mseMethod = featureMethod({
  id: 'mse',
  title: 'Distance to the mean',
  use: 'When the encoder is strong and normal images form one compact group: the least that any other detector has to beat.',
  source: 'Squared error of features to the mean of the in-distribution features, over their number.',
  statistic: mse,
  statisticSettings: () => ({}),
});
