import type { FlowMethodSettings } from './shared/flow-features.ts';
import { marginFit } from './shared/flow-fit.ts';
import { flowMethod } from './shared/flow-method.ts';

export interface FlowMarginSettings extends FlowMethodSettings {
  /** By how much less likely contrast samples shall be, in nats per dimension of a vector. */
  readonly margin: number;
}

export const flowMargin = flowMethod<FlowMarginSettings>({
  id: 'flow-margin',
  title: 'Flow on features with a margin',
  use: 'When the anomalies to come are like the other images at hand, and a clear distance between the two is wanted.',
  source:
    'Hendrycks et al. 2019, outlier exposure of densities: max(0, margin + NLL(x) − NLL(y)) beside the likelihood.',
  contrast: true,
  ratio: false,
  settings: (common) => ({ ...common, margin: 1 }),
  prepare: (environment, sets, settings, seed) =>
    marginFit(environment, sets, settings, settings.margin * sets.dimensions, seed),
});
