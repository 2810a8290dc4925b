/** What a fit is made of, from a request or from the record of a run. */
import { z } from 'zod';
import { Preparation } from '../../ingest/preparation-settings.ts';
import type { EncoderIdentity } from '../../jobs/encoder-choice.ts';
import type { BoundDetector, KnownDetector } from '../../jobs/known-detectors.ts';
import type { Dataset } from '../../store/datasets.ts';
import type { Context } from '../context.ts';
import { findDataset } from '../datasets/datasets.ts';
import { findDetector } from '../models/detectors.ts';
import { encoderChoice, identityOf } from '../encoders/encoders.ts';
import type { ChosenImages } from './fit-images.ts';
import { checkNeeds } from './fit-needs.ts';
import { fitsTogether } from './fits-together.ts';
import type { FitRequest } from './fit-types.ts';
import { type KnownModel, findModel } from '../models/known-models.ts';
import type { ModelSettings, UsedImages } from '../models/records.ts';
import { describe } from '../inputs/preparation-text.ts';
import { samePreparation } from '../inputs/same-preparation.ts';
import { ServiceError } from '../service-error.ts';

const requestNumbers = z.object({
  name: z.string().trim().min(1, 'a model needs a name'),
  seed: z
    .int('the seed must be a whole number')
    .nonnegative('the seed must not be negative')
    .max(2 ** 32 - 1),
  steps: z.int('steps must be a whole number').positive('a fit needs at least one step').nullable(),
  batchSize: z
    .int('the batch must be a whole number')
    .positive('a batch needs at least one image')
    .nullable(),
  exposure: z
    .object({
      images: z
        .int('the number of images must be a whole number')
        .positive('at least one image must stand for anomalies')
        .nullable(),
    })
    .nullable(),
  preparation: Preparation,
});

export interface FitPlan {
  readonly detector: KnownDetector;
  readonly preparation: Preparation;
  readonly generalModel: KnownModel | null;
  readonly general: Dataset | null;
  readonly exposure: ChosenImages['exposure'];
  readonly encoder: EncoderIdentity | null;
  /** With what is known only when the images are. */
  settings(images: PlannedImages): ModelSettings;
}

export interface PlannedImages {
  readonly classes: readonly string[] | null;
  readonly general: UsedImages | null;
  readonly exposure: UsedImages | null;
}

/**
 * What can be told of a fit before its images are looked at.
 * @throws ServiceError 'invalid-request' | 'unknown-detector' | 'unknown-encoder' | 'unknown-dataset' | 'name-taken' | 'unknown-model' |
 * 'preparation-mismatch' | 'preset-mismatch'
 */
export function planFit(ctx: Context, request: FitRequest): FitPlan {
  const checked = requestNumbers.safeParse(request);
  if (!checked.success) {
    const reasons = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ServiceError('invalid-request', `The fit cannot start (${reasons.join('; ')}); correct it.`);
  }
  const { preparation } = checked.data;
  const detector = findDetector(request.detector);
  checkNeeds(detector.method, request);
  if (ctx.store.models.find(request.name) !== undefined) {
    throw new ServiceError(
      'name-taken',
      `A model named "${request.name}" exists already; choose another name.`,
    );
  }
  const generalModel = request.general === null ? null : findModel(ctx, request.general);
  const { encoder } = request;
  const identity = encoder === null ? null : identityOf(encoderChoice(ctx, encoder));
  if (generalModel !== null) checkGeneral(generalModel, preparation, bound(detector, request, 2));
  return {
    detector,
    preparation,
    generalModel,
    general: request.generalDataset === null ? null : findDataset(ctx, request.generalDataset),
    exposure: exposureOf(ctx, request),
    encoder: identity,
    settings: ({ classes, general, exposure }) => ({
      preset: request.preset,
      detector: {
        id: detector.method.id,
        settings: bound(detector, request, classes?.length ?? 2).settings,
      },
      label: request.label,
      classes: classes === null ? null : [...classes],
      generalImages: general,
      exposure,
      encoder: identity,
      encoderName: encoder,
    }),
  };
}

/** @param classes kinds of images, for a detector that tells them apart */
function bound(detector: KnownDetector, request: FitRequest, classes: number): BoundDetector {
  const { channels, height, width } = request.preparation;
  const { steps, batchSize, flipHorizontally, softened } = request;
  return detector.bind(
    detector.settings(
      request.preset,
      { channels, height, width },
      {
        ...(steps === null ? {} : { steps }),
        ...(batchSize === null ? {} : { batchSize }),
        flipHorizontally,
        softened,
        fineTuning: request.general !== null,
        generalImages: request.generalDataset !== null,
        classes,
      },
    ),
  );
}

function exposureOf(ctx: Context, { exposure, dataset, label }: FitRequest): FitPlan['exposure'] {
  if (exposure === null) return null;
  if (exposure.dataset === dataset && (label === null || exposure.label === label)) {
    throw new ServiceError(
      'invalid-request',
      `Images of "${dataset}" cannot be normal and stand for anomalies at once; choose the label of the normal ones, and another for the anomalies.`,
    );
  }
  const { label: of, images } = exposure;
  return { dataset: findDataset(ctx, exposure.dataset), label: of, images };
}

function checkGeneral(general: KnownModel, preparation: Preparation, detector: BoundDetector): void {
  const { name } = general.record;
  const { method } = detector;
  if (general.detector.method.id !== method.generalModelOf) {
    throw new ServiceError(
      'preset-mismatch',
      `${method.title} takes no general model of ${general.detector.method.title}, which "${name}" is; fit a general model of ${method.generalModelOf}.`,
    );
  }
  if (!samePreparation(general.preparation, preparation)) {
    throw new ServiceError(
      'preparation-mismatch',
      `The general model "${name}" was fitted on images prepared as ${describe(general.preparation)}, not ` +
        `${describe(preparation)}, so that their likelihoods cannot be compared; use the same preparation, or fit another general model.`,
    );
  }
  if (!fitsTogether(detector, general.detector, preparation)) {
    throw new ServiceError(
      'preset-mismatch',
      `The general model "${name}" was fitted with the preset "${general.settings.preset}", so that its weights cannot start ` +
        `a fit with another; use "${general.settings.preset}", or fit another general model.`,
    );
  }
}
