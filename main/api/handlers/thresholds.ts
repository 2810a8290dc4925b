import {
  previewThreshold,
  setThresholdValue,
  thresholdDistribution,
  thresholdHistory,
} from '../ranking/threshold-views.ts';
import { thresholdCurves } from '../ranking/threshold-curves.ts';
import { os } from './base.ts';

export const thresholdHandlers = {
  distribution: os.thresholds.distribution.handler(({ context, input }) =>
    thresholdDistribution(context.services, input),
  ),
  preview: os.thresholds.preview.handler(({ context, input }) => previewThreshold(context.services, input)),
  set: os.thresholds.set.handler(({ context, input }) => {
    const version = setThresholdValue(context.services, input);
    context.changes.announce('thresholds');
    context.changes.announce('audit');
    return version;
  }),
  history: os.thresholds.history.handler(({ context, input }) => thresholdHistory(context.services, input)),
  curves: os.thresholds.curves.handler(({ context, input }) => thresholdCurves(context.services, input)),
};
