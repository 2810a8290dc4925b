import { METHODS } from '../../models/detectors/index.ts';
import type { DetectorSummary } from '../../preload/contract.ts';

/** In the order in which people are offered them. */
export function listDetectors(): DetectorSummary[] {
  return METHODS.map((method) => {
    const { id, title, use, source, kind, needs, hasMaps } = method;
    return {
      id,
      title,
      use,
      source,
      kind,
      needs,
      hasMaps,
      unit: method.kind === 'trained' ? method.unit : null,
    };
  });
}
