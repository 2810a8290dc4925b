import { kNearest } from '../features/k-nearest.ts';
import { featureMethod } from './shared/feature-method.ts';

export const kNearestMethod = featureMethod({
  id: 'k-nearest',
  title: 'Nearest neighbours',
  use: 'A strong choice on features of any encoder, with nothing to train: normal images of several kinds, even few of each.',
  source:
    'Mean Euclidean distance to the k nearest in-distribution features (Ramaswamy et al. 2000; Angiulli & Pizzuti 2002).',
  statistic: kNearest,
  statisticSettings: () => ({ neighbours: 5, distance: 'mean' as const }),
});
