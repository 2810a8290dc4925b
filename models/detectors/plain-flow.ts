import type { FlowMethodSettings } from './shared/flow-features.ts';
import { plainFit } from './shared/flow-fit.ts';
import { flowMethod } from './shared/flow-method.ts';

export const plainFlow = flowMethod<FlowMethodSettings>({
  id: 'plain-flow',
  title: 'Flow on features',
  use: 'When normal images are many and varied, an encoder suits them, and nothing else is at hand to compare with.',
  source:
    'RealNVP (Dinh et al. 2017) in the form of Schmier et al. 2023, TMLR, on the features of an encoder: −log p(x).',
  contrast: false,
  ratio: false,
  settings: (common) => common,
  prepare: plainFit,
});
