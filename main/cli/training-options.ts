/** Options that whatever is trained on the images of a dataset has: a detector, an encoder. */
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { PRESETS } from '../../models/preset-name.ts';
import { Intensity } from '../../preload/contract.ts';
import { FITS } from '../api/inputs/preparation-choice.ts';
import { INTENSITY_FORMS, intensity } from './intensity-option.ts';
import { side, wholeNumber } from './option-values.ts';
import { UsageError } from './usage-error.ts';

export const TrainingOptions = z.object({
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
type TrainingOptions = z.infer<typeof TrainingOptions>;

/** What is trained, in the words of its messages. */
export interface Trained {
  /** "model", "encoder" */
  readonly result: string;
  /** "fit", "training" */
  readonly work: string;
}

/** @param own options beside these, of a new training alone */
export function addTrainingOptions(command: Command, { result, work }: Trained, own: Option[]): Command {
  const ofNewOnes = [
    new Option('--name <name>', `what to call the ${result}`),
    new Option('--preset <preset>', `size of the ${result} and length of the ${work}`)
      .choices(PRESETS)
      .default('quick'),
    ...own,
    new Option('--label <label>', 'learn only from the images of this label'),
    new Option('--seed <number>', 'of everything that is left to chance')
      .argParser(wholeNumber(0))
      .default(1),
    new Option('--steps <count>', "gradient steps, instead of the preset's").argParser(wholeNumber(1)),
    new Option('--size <pixels>', `side of the images that the ${result} sees (default: 64)`).argParser(side),
    new Option('--grey', 'look at brightness only').conflicts('colour'),
    new Option('--colour', 'look at colours (default: whatever the images have)'),
    new Option('--fit-mode <mode>', 'how images come to that size (default: resize)').choices(FITS),
    new Option(
      '--intensity <how>',
      `how stored values become greys (default: what suits the images): ${INTENSITY_FORMS}`,
    ).argParser(intensity),
    new Option('--no-flip', 'never mirror images: for those where left and right differ'),
  ];
  for (const option of ofNewOnes) command.addOption(option);
  return command.addOption(
    new Option('--resume [run]', `continue the last ${work} that was stopped, or the run of this number`)
      .argParser(wholeNumber(1))
      .conflicts(ofNewOnes.map((option) => option.attributeName())),
  );
}

/** What is new, with its name, or a run that goes on. */
export type Begun =
  | { readonly kind: 'new'; readonly dataset: string; readonly name: string }
  | { readonly kind: 'resumed'; readonly run: number | 'latest' };

/** @throws UsageError */
export function begun(
  dataset: string | undefined,
  { resume, name }: Pick<TrainingOptions, 'resume' | 'name'>,
  { result, work }: Trained,
): Begun {
  if (resume !== undefined) {
    if (dataset === undefined) return { kind: 'resumed', run: resume === true ? 'latest' : resume };
    throw new UsageError(`A resumed ${work} knows its dataset: leave "${dataset}" out, or --resume.`);
  }
  if (dataset === undefined) throw new UsageError(`Name the dataset that the ${result} learns from.`);
  if (name === undefined) throw new UsageError(`Give the ${result} a name with --name.`);
  return { kind: 'new', dataset, name };
}
