import type { FlowMethodSettings } from './shared/flow-features.ts';
import { type FloorSettings, contrastiveFit } from './shared/flow-fit.ts';
import { flowMethod } from './shared/flow-method.ts';

export interface ContrastiveFlowSettings extends FlowMethodSettings {
  /** ε: below this log-density a contrast sample is unlikely enough. 0 nats as published; or found from a plain flow. */
  readonly floor: FloorSettings;
}

export const contrastiveFlow = flowMethod<ContrastiveFlowSettings>({
  id: 'contrastive-flow',
  title: 'Contrastive flow on features',
  use: 'When a broad set of other images is at hand, that may even hold some normal ones: what is common to both does not count as normal.',
  source:
    'Schmier, Köthe, Straehle 2023, TMLR, "Positive Difference Distribution for Image Outlier Detection using Normalizing Flows and Contrastive Data": E_p[−log p(x)] + E_q[max(log p(y), ε)].',
  contrast: true,
  ratio: false,
  settings: (common) => ({ ...common, floor: { kind: 'quantile', quantile: 0.1, above: Math.LN10 } }),
  stagesOf: ({ floor }) => (floor.kind === 'quantile' ? 2 : 1),
  prepare: (environment, sets, settings, seed) =>
    contrastiveFit(environment, sets, settings, settings.floor, seed),
});
