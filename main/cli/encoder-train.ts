import type { z } from 'zod';
import type { EncoderSummary } from '../../preload/contract.ts';
import type { Context } from '../api/context.ts';
import { type EncoderHooks, resumeEncoder, trainEncoder } from '../api/encoders/train-encoder.ts';
import { choosePreparation } from '../api/inputs/preparation-choice.ts';
import { describe } from '../api/inputs/preparation-text.ts';
import { showEncoderTraining } from './encoder-progress.ts';
import { encoderText } from './encoder-text.ts';
import type { Register } from './register.ts';
import { type Begun, type Trained, TrainingOptions, addTrainingOptions, begun } from './training-options.ts';
import { withWayOn } from './way-on.ts';

const ENCODER: Trained = { result: 'encoder', work: 'training' };

export const registerEncoderTrain: Register = (encoder, run) => {
  addTrainingOptions(encoder.command('train'), ENCODER, [])
    .description('trains an encoder on the images of a dataset, or continues a training that was stopped')
    .argument('[dataset]', 'dataset of images of any kind: the more varied, the better')
    .action(
      run(
        async ({ open, signal, terminal, options: globals }, dataset: string | undefined, given: unknown) => {
          const options = TrainingOptions.parse(given);
          const which = begun(dataset, options, ENCODER);
          const shown = showEncoderTraining(terminal, signal);
          try {
            const trained = await training(await open(), which, options, shown.hooks);
            shown.finish();
            return { json: trained, text: encoderText(trained, globals) };
          } catch (error) {
            throw withWayOn(error, 'encoder train --resume', shown.runId(), globals);
          } finally {
            shown.finish();
          }
        },
      ),
    );
};

function training(
  context: Context,
  which: Begun,
  options: z.infer<typeof TrainingOptions>,
  hooks: EncoderHooks,
): Promise<EncoderSummary> {
  if (which.kind === 'resumed') return resumeEncoder(context, which.run, hooks);
  const { dataset, name } = which;
  const { preset, seed, flip } = options;
  const preparation = choosePreparation(context, dataset, options);
  hooks.onEvent({ kind: 'notice', message: `Images are prepared as: ${describe(preparation)}.` });
  return trainEncoder(
    context,
    {
      dataset,
      name,
      preset,
      seed,
      flipHorizontally: flip,
      steps: options.steps ?? null,
      label: options.label ?? null,
      preparation,
    },
    hooks,
  );
}
