import { type Command, Option } from 'commander';
import { z } from 'zod';
import { PRESETS } from '../../models/preset-name.ts';
import type { EncoderSummary } from '../../preload/contract.ts';
import { Intensity } from '../../preload/contract.ts';
import type { Context } from '../api/context.ts';
import { FITS, choosePreparation } from '../api/inputs/preparation-choice.ts';
import { describe } from '../api/inputs/preparation-text.ts';
import { type EncoderHooks, resumeEncoder, trainEncoder } from '../api/encoders/train-encoder.ts';
import { showEncoderTraining } from './encoder-progress.ts';
import { encoderText } from './encoder-text.ts';
import { INTENSITY_FORMS, intensity } from './intensity-option.ts';
import { side, wholeNumber } from './option-values.ts';
import type { Register } from './register.ts';
import { UsageError } from './usage-error.ts';
import { withWayOn } from './way-on.ts';

const Options = z.object({
  name: z.string().min(1).optional(),
  preset: z.enum(PRESETS),
  label: z.string().optional(),
  seed: z.number(),
  steps: z.number().optional(),
  size: z.number().optional(),
  grey: z.boolean().optional(),
  colour: z.boolean().optional(),
  fitMode: z.enum(FITS).optional(),
  intensity: Intensity.optional(),
  flip: z.boolean(),
  /** True where no run is named. */
  resume: z.union([z.literal(true), z.number()]).optional(),
});
type Options = z.infer<typeof Options>;

export const registerEncoderTrain: Register = (encoder, run) => {
  withOptions(encoder.command('train'))
    .description('trains an encoder on the images of a dataset, or continues a training that was stopped')
    .argument('[dataset]', 'dataset of images of any kind: the more varied, the better')
    .action(
      run(
        async ({ open, signal, terminal, options: globals }, dataset: string | undefined, given: unknown) => {
          const options = Options.parse(given);
          checkOperands(dataset, options);
          const shown = showEncoderTraining(terminal, signal);
          try {
            const trained = await training(await open(), dataset, options, shown.hooks);
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

function withOptions(command: Command): Command {
  const ofNewTrainings = [
    new Option('--name <name>', 'what to call the encoder'),
    new Option('--preset <preset>', 'size and length of the training').choices(PRESETS).default('quick'),
    new Option('--label <label>', 'learn only from the images of this label'),
    new Option('--seed <number>', 'of everything that is left to chance')
      .argParser(wholeNumber(0))
      .default(1),
    new Option('--steps <count>', "gradient steps, instead of the preset's").argParser(wholeNumber(1)),
    new Option('--size <pixels>', 'side of the images that it takes (default: 64)').argParser(side),
    new Option('--grey', 'take brightness only').conflicts('colour'),
    new Option('--colour', 'take colours (default: whatever the images have)'),
    new Option('--fit-mode <mode>', 'how images come to that size (default: resize)').choices(FITS),
    new Option(
      '--intensity <how>',
      `how stored values become greys (default: what suits the images): ${INTENSITY_FORMS}`,
    ).argParser(intensity),
    new Option('--no-flip', 'never mirror images: for those where left and right differ'),
  ];
  for (const option of ofNewTrainings) command.addOption(option);
  return command.addOption(
    new Option('--resume [run]', 'continue the last training that was stopped, or the run of this number')
      .argParser(wholeNumber(1))
      .conflicts(ofNewTrainings.map((option) => option.attributeName())),
  );
}

function checkOperands(dataset: string | undefined, { resume, name }: Options): void {
  if (resume !== undefined) {
    if (dataset === undefined) return;
    throw new UsageError(`A resumed training knows its dataset: leave "${dataset}" out, or --resume.`);
  }
  if (dataset === undefined) throw new UsageError('Name the dataset to learn from.');
  if (name === undefined) throw new UsageError('Give the encoder a name with --name.');
}

function training(
  context: Context,
  dataset: string | undefined,
  options: Options,
  hooks: EncoderHooks,
): Promise<EncoderSummary> {
  const { resume, name, preset, seed, flip } = options;
  if (dataset === undefined || name === undefined) {
    return resumeEncoder(context, typeof resume === 'number' ? resume : 'latest', hooks);
  }
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
