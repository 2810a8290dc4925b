import { Option } from 'commander';
import { z } from 'zod';
import type { Context } from '../api/context.ts';
import { type FitHooks, type FitRequest, type FittedModel, fitModel, resumeFit } from '../api/fit/fit.ts';
import { lossText } from '../api/fit/loss-text.ts';
import { choosePreparation } from '../api/inputs/preparation-choice.ts';
import { describe } from '../api/inputs/preparation-text.ts';
import { commandLineText, quoted } from './command-line-text.ts';
import { showFit } from './fit-progress.ts';
import { wholeNumber } from './option-values.ts';
import { namingOptions } from './need-options.ts';
import type { Register } from './register.ts';
import type { GlobalOptions } from './session.ts';
import { countText, durationText } from './terminal/numbers.ts';
import { facts } from './terminal/table.ts';
import { type Begun, type Trained, TrainingOptions, addTrainingOptions, begun } from './training-options.ts';
import { UsageError } from './usage-error.ts';
import { withWayOn } from './way-on.ts';

const Options = TrainingOptions.extend({
  detector: z.string(),
  general: z.string().optional(),
  generalImages: z.string().optional(),
  exposure: z.string().optional(),
  exposureImages: z.number().optional(),
  encoder: z.string().optional(),
  batch: z.number().optional(),
  soften: z.boolean().optional(),
});
type Options = z.infer<typeof Options>;

const MODEL: Trained = { result: 'model', work: 'fit' };

export const registerFit: Register = (program, run) => {
  addTrainingOptions(program.command('fit'), MODEL, ownOptions())
    .description('fits a detector to the images of a dataset, or continues a fit that was stopped')
    .argument('[dataset]', 'dataset of normal images')
    .action(
      run(
        async ({ open, signal, terminal, options: globals }, dataset: string | undefined, given: unknown) => {
          const options = Options.parse(given);
          const which = begun(dataset, options, MODEL);
          const shown = showFit(terminal, signal);
          try {
            const model = await fitted(await open(), which, options, shown.hooks);
            shown.finish();
            return { json: model, text: modelText(model, globals) };
          } catch (error) {
            throw withWayOn(namingOptions(error), 'fit --resume', shown.runId(), globals);
          } finally {
            shown.finish();
          }
        },
      ),
    );
};

function ownOptions(): Option[] {
  return [
    new Option('--detector <id>', 'one of those that `flowscreen detectors` lists').default('glow'),
    new Option('--general <model>', 'model of broader images to start from; the two give ratio scores'),
    new Option('--general-images <dataset>', 'broader images, to be told from the normal ones'),
    new Option(
      '--exposure <dataset[:label]>',
      'images that stand for anomalies: those of the label, else all but the normal ones',
    ),
    new Option(
      '--exposure-images <count>',
      'how many of these are learned from, drawn by the seed (default: all)',
    ).argParser(wholeNumber(1)),
    new Option('--encoder <name>', 'network whose features are looked at: "filter-bank" needs no file'),
    new Option('--batch <count>', "images a step, instead of the preset's").argParser(wholeNumber(1)),
    new Option('--soften', 'half of the copies lose detail: for a general model of likelihoods'),
  ];
}

function fitted(context: Context, which: Begun, options: Options, hooks: FitHooks): Promise<FittedModel> {
  if (which.kind === 'resumed') return resumeFit(context, which.run, hooks);
  const { dataset, name } = which;
  const { preset, seed, flip } = options;
  const preparation = choosePreparation(context, dataset, options);
  const request = {
    dataset,
    name,
    detector: options.detector,
    preset,
    seed,
    flipHorizontally: flip,
    softened: options.soften ?? false,
    general: options.general ?? null,
    generalDataset: options.generalImages ?? null,
    exposure: exposureOf(context, options),
    encoder: options.encoder ?? null,
    steps: options.steps ?? null,
    batchSize: options.batch ?? null,
    label: options.label ?? null,
    preparation,
  };
  hooks.onEvent({ kind: 'notice', message: `Images are prepared as: ${describe(preparation)}.` });
  return fitModel(context, request, hooks);
}

/** A dataset's name may hold a colon too. */
function exposureOf(
  context: Context,
  { exposure: text, exposureImages }: Pick<Options, 'exposure' | 'exposureImages'>,
): FitRequest['exposure'] {
  if (text === undefined) {
    if (exposureImages === undefined) return null;
    throw new UsageError(
      'Name the images that stand for anomalies with --exposure, or leave --exposure-images out.',
    );
  }
  const images = exposureImages ?? null;
  const colon = text.lastIndexOf(':');
  if (colon === -1 || context.store.datasets.find(text) !== undefined) {
    return { dataset: text, label: null, images };
  }
  return { dataset: text.slice(0, colon), label: text.slice(colon + 1), images };
}

function modelText(model: FittedModel, globals: GlobalOptions): string {
  const { name, detector, heldOutLoss, unit, steps, bestStep, rejectedSteps, seconds, device } = model;
  const next = commandLineText(`screen ${quoted(name)} <dataset>`, globals);
  const trained: [string, string][] = [
    ['held-out', `${lossText(heldOutLoss, unit)}, at step ${bestStep}`],
    ['steps', `${steps}${rejectedSteps === 0 ? '' : `, ${rejectedSteps} of them rejected`}`],
  ];
  const shown = facts([
    ['model', name],
    ['detector', detector],
    ...(heldOutLoss === null ? [] : trained),
    ['time', `${durationText(seconds)} on ${device}`],
  ]);
  const warning =
    rejectedSteps === 0
      ? ''
      : `\nTraining was unstable: ${countText(rejectedSteps, 'step')} changed nothing; another --seed may fit better.`;
  return `${shown}${warning}\n\nScreen a folder with it: ${next}`;
}
