import type { FlowMethodSettings } from './shared/flow-features.ts';
import { ratioFit } from './shared/flow-fit.ts';
import { flowMethod } from './shared/flow-method.ts';

export const flowRatio = flowMethod<FlowMethodSettings>({
  id: 'flow-ratio',
  title: 'Ratio of two flows on features',
  use: 'For comparison: what is far from both sets can look more normal than any normal image; the contrastive flow does not have that fault.',
  source:
    'Ren et al. 2019, on features as in Schmier et al. 2023, TMLR: log q(x) − log p(x), a flow fitted to each set.',
  contrast: true,
  ratio: true,
  settings: (common) => common,
  prepare: ratioFit,
});
