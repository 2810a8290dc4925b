/** What a fit is made of, from a request or from the record of a run. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ImageShape } from '../../models/images.ts';
import { fitSettings, glowSettings, preset } from '../../models/detectors/glow/presets.ts';
import { Preparation } from '../ingest/preparation-settings.ts';
import type { Context } from './context.ts';
import type { FitRequest } from './fit-types.ts';
import { type KnownModel, findModel } from './known-models.ts';
import type { ModelSettings } from './records.ts';
import { describe } from './preparation-text.ts';
import { samePreparation } from './same-preparation.ts';
import { ServiceError } from './service-error.ts';

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
  preparation: Preparation,
});

export interface FitPlan {
  readonly settings: ModelSettings;
  readonly preparation: Preparation;
  readonly general: KnownModel | null;
}

/** @throws ServiceError 'invalid-request' | 'name-taken' | 'unknown-model' | 'preparation-mismatch' | 'preset-mismatch' */
export function planFit(ctx: Context, request: FitRequest): FitPlan {
  const checked = requestNumbers.safeParse(request);
  if (!checked.success) {
    const reasons = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ServiceError('invalid-request', `The fit cannot start (${reasons.join('; ')}); correct it.`);
  }
  const { preparation, steps, batchSize } = checked.data;
  if (ctx.store.models.find(request.name) !== undefined) {
    throw new ServiceError(
      'name-taken',
      `A model named "${request.name}" exists already; choose another name.`,
    );
  }
  const chosen = preset(request.preset);
  const { channels, height, width } = preparation;
  const shape: ImageShape = { channels, height, width };
  const general = request.general === null ? null : findModel(ctx, request.general);
  const settings: ModelSettings = {
    preset: request.preset,
    glow: glowSettings(chosen, shape),
    training: fitSettings(batchSize === null ? chosen : { ...chosen, batchSize }, {
      seed: request.seed,
      fineTuning: general !== null,
      ...(steps === null ? {} : { steps }),
      flipHorizontally: request.flipHorizontally,
    }),
    label: request.label,
  };
  if (general !== null) checkGeneral(general, preparation, settings);
  return { settings, preparation, general };
}

function checkGeneral(general: KnownModel, preparation: Preparation, settings: ModelSettings): void {
  const { name } = general.record;
  if (!samePreparation(general.preparation, preparation)) {
    throw new ServiceError(
      'preparation-mismatch',
      `The general model "${name}" was fitted on images prepared as ${describe(general.preparation)}, not ` +
        `${describe(preparation)}, so that their likelihoods cannot be compared; use the same preparation, or fit another general model.`,
    );
  }
  if (!isDeepStrictEqual(general.settings.glow, settings.glow)) {
    throw new ServiceError(
      'preset-mismatch',
      `The general model "${name}" was fitted with the preset "${general.settings.preset}", so that its weights cannot start ` +
        `a fit with "${settings.preset}"; use "${general.settings.preset}", or fit another general model.`,
    );
  }
}
