/** Whether a request gives a detector what it needs, and nothing that it cannot use. */
import type { Need, Needs } from '../../../models/detectors/method.ts';
import type { MethodFacts } from '../../jobs/known-detectors.ts';
import type { FitRequest } from './fit-types.ts';
import { ServiceError } from '../service-error.ts';

/** What a person gives; kinds of images are told by labels that images have. */
export type GivenNeed = Exclude<keyof Needs, 'classes'>;

const WHAT: Readonly<Record<GivenNeed, { readonly missing: string; readonly useless: string }>> = {
  general: {
    missing: 'a dataset of general images',
    useless: 'no general images; leave them out',
  },
  generalModel: {
    missing: 'a general model',
    useless: 'no general model; leave it out',
  },
  exposure: {
    missing: 'a dataset of images that stand for anomalies',
    useless: 'no images that stand for anomalies; leave them out',
  },
  encoder: {
    missing: 'an encoder',
    useless: 'no encoder; leave it out',
  },
};
const NEEDS = ['general', 'generalModel', 'exposure', 'encoder'] as const;

/** A detector lacks what it needs: one of these. */
export class MissingNeedError extends ServiceError {
  readonly needs: readonly GivenNeed[];

  constructor(title: string, needs: readonly GivenNeed[]) {
    const missing = needs.map((need) => WHAT[need].missing).join(' or ');
    super('invalid-request', `${title} needs ${missing}; choose one.`);
    this.needs = needs;
  }
}

/** @throws ServiceError 'invalid-request', one sentence that says what to give or to leave out; MissingNeedError */
export function checkNeeds(
  { title, needs, kind, unit }: MethodFacts,
  request: Pick<
    FitRequest,
    'general' | 'generalDataset' | 'exposure' | 'encoder' | 'steps' | 'batchSize' | 'label' | 'softened'
  >,
): void {
  const given: Readonly<Record<GivenNeed, boolean>> = {
    general: request.generalDataset !== null,
    generalModel: request.general !== null,
    exposure: request.exposure !== null,
    encoder: request.encoder !== null,
  };
  const refuse = (what: string): never => {
    throw new ServiceError('invalid-request', `${title} ${what}.`);
  };
  for (const need of NEEDS) {
    if (given[need] && needs[need] === 'none') refuse(`takes ${WHAT[need].useless}`);
    if (!given[need] && needs[need] === 'required') throw new MissingNeedError(title, [need]);
  }
  const either = NEEDS.filter((need) => needs[need] === ('one-of' satisfies Need));
  if (either.length > 0 && !either.some((need) => given[need])) throw new MissingNeedError(title, either);
  if (kind === 'computed' && request.steps !== null) refuse('is computed in one go; leave the steps out');
  if (kind === 'computed' && request.batchSize !== null)
    refuse('is computed in one go; leave the images a step out');
  if (request.softened && unit !== 'bits-per-dimension')
    refuse('is no likelihood of pixels; leave softened copies out');
  // They would soften the normal images too.
  if (request.softened && given.general)
    refuse('takes softened copies only where it is fitted without general images; leave one of the two out');
  if (needs.classes === 'required' && request.label !== null)
    refuse('tells the kinds of normal images apart by their labels; leave the one label out');
}
