/** What is asked of a training, as it is carried out. */
import { z } from 'zod';
import { type MocoSettings, mocoSettings } from '../../../models/training/moco-settings.ts';
import { Preparation } from '../../ingest/preparation-settings.ts';
import type { Context } from '../context.ts';
import { ServiceError } from '../service-error.ts';
import { checkEncoderName } from './add-encoder.ts';
import type { EncoderRunSettings } from './encoder-records.ts';
import type { EncoderRequest } from './encoder-training-types.ts';

const requestNumbers = z.object({
  name: z.string().trim().min(1, 'an encoder needs a name'),
  seed: z
    .int('the seed must be a whole number')
    .nonnegative('the seed must not be negative')
    .max(2 ** 32 - 1),
  steps: z.int('steps must be a whole number').positive('a training needs at least one step').nullable(),
  preparation: Preparation,
});

/** @throws ServiceError 'invalid-request' | 'name-taken' */
export function planEncoder(
  ctx: Context,
  request: EncoderRequest,
): Pick<EncoderRunSettings, 'name' | 'preset' | 'moco' | 'preparation' | 'label'> {
  const checked = requestNumbers.safeParse(request);
  if (!checked.success) {
    const reasons = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ServiceError(
      'invalid-request',
      `The training cannot start (${reasons.join('; ')}); correct it.`,
    );
  }
  const { name, steps, preparation } = checked.data;
  checkEncoderName(ctx, name);
  const moco = encoderTraining({ ...request, steps, preparation });
  return { name, preset: request.preset, moco, preparation, label: request.label };
}

/** How such an encoder is trained. */
export function encoderTraining({
  preset: name,
  steps,
  preparation: { channels, height, width },
  flipHorizontally,
}: Pick<EncoderRequest, 'preset' | 'steps' | 'preparation' | 'flipHorizontally'>): MocoSettings {
  const preset = mocoSettings(name, { channels, height, width });
  return { ...shortened(preset, steps), views: { ...preset.views, flipHorizontally } };
}

/** The preset's run in another number of steps. */
function shortened(preset: MocoSettings, steps: number | null): MocoSettings {
  if (steps === null) return preset;
  const { schedule } = preset.run;
  return {
    ...preset,
    run: {
      ...preset.run,
      schedule: {
        ...schedule,
        totalSteps: steps,
        warmupSteps: Math.min(schedule.warmupSteps, Math.round(steps / 20)),
      },
      evaluateEvery: Math.max(1, Math.round(steps / 10)),
    },
  };
}
