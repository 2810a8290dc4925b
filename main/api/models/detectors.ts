import type { DetectorSummary } from '../../../preload/contract.ts';
import { KNOWN_DETECTORS, type KnownDetector, known } from '../../jobs/known-detectors.ts';
import { ServiceError } from '../service-error.ts';

/** In the order in which people are offered them. */
export function listDetectors(): DetectorSummary[] {
  return KNOWN_DETECTORS.map(({ method }) => {
    const { id, title, use, source, kind, needs, generalModelOf, hasMaps, unit } = method;
    return { id, title, use, source, kind, needs, generalModelOf, hasMaps, unit };
  });
}

/** @throws ServiceError 'unknown-detector' */
export function findDetector(id: string): KnownDetector {
  const found = known(id);
  if (found !== undefined) return found;
  const ids = KNOWN_DETECTORS.map(({ method }) => method.id).join(', ');
  throw new ServiceError('unknown-detector', `There is no detector "${id}"; choose one of ${ids}.`);
}
