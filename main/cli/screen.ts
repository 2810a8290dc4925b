import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { type Misfits, Reason } from '../../preload/contract.ts';
import { type ScreenEvent, type ScreenSummary, screenDataset } from '../api/screening/screen.ts';
import { ServiceError } from '../api/service-error.ts';
import { commandLineText, quoted } from './command-line-text.ts';
import { wholeNumber } from './option-values.ts';
import type { Register } from './register.ts';
import type { GlobalOptions } from './session.ts';
import { countText, durationText } from './terminal/numbers.ts';
import type { Progress } from './terminal/progress.ts';
import { facts } from './terminal/table.ts';
import type { Terminal } from './terminal/terminal.ts';

const Options = z.object({
  restart: z.boolean().default(false),
  batch: z.number().optional(),
  anyway: Reason.optional(),
  onlyFitting: z.boolean().default(false),
});
type Options = z.infer<typeof Options>;

export const registerScreen: Register = (program, run) => {
  program
    .command('screen')
    .description('scores every image of a dataset; continues where it was stopped')
    .argument('<model>', 'fitted model')
    .argument('<dataset>', 'dataset to screen')
    .option('--restart', 'score everything anew although an unfinished run could be continued')
    .option('--batch <count>', 'images scored at once (default: by their size)', wholeNumber(1))
    .addOption(
      new Option(
        '--anyway <reason>',
        'screen images of another kind than the model was fitted on too; the reason is kept',
      ).argParser(reason),
    )
    .addOption(
      new Option('--only-fitting', 'leave out images of another kind than the model was fitted on').conflicts(
        'anyway',
      ),
    )
    .action(
      run(
        async (
          { open, signal, terminal, options: globals },
          model: string,
          dataset: string,
          given: unknown,
        ) => {
          const options = Options.parse(given);
          const context = await open();
          const shown = showScreening(terminal);
          try {
            const summary = await screenDataset(
              context,
              {
                model,
                dataset,
                restart: options.restart,
                batchSize: options.batch ?? null,
                misfits: misfitsOf(options),
              },
              { signal, onEvent: shown.onEvent },
            );
            shown.finish();
            return { json: summary, text: summaryText(summary, globals) };
          } catch (error) {
            throw withOptions(error);
          } finally {
            shown.finish();
          }
        },
      ),
    );
};

/** Why something is done: what the contract takes. */
function reason(text: string): string {
  const parsed = Reason.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('Give a reason of at most 500 characters.');
}

function misfitsOf({ anyway, onlyFitting }: Options): Misfits | null {
  if (anyway !== undefined) return { kind: 'included', reason: anyway };
  return onlyFitting ? { kind: 'left-out' } : null;
}

/** A refusal that says what to type to go on. */
function withOptions(error: unknown): unknown {
  if (!(error instanceof ServiceError) || error.kind !== 'does-not-fit') return error;
  const ways = '--only-fitting leaves out what does not fit, --anyway "<reason>" screens it too';
  return new ServiceError(error.kind, `${error.message} (${ways}.)`, { cause: error });
}

export interface ShownScreening {
  readonly onEvent: (event: ScreenEvent) => void;
  /** Takes the progress away; may be called again. */
  readonly finish: () => void;
}

export function showScreening(terminal: Terminal): ShownScreening {
  let progress: Progress | null = null;
  const finish = () => {
    progress?.finish();
    progress = null;
  };
  const onEvent = (event: ScreenEvent) => {
    switch (event.kind) {
      case 'started': {
        const before =
          event.done === 0 ? '' : `; ${event.done.toLocaleString('en-US')} of them are done already`;
        terminal.say(
          `Screening ${countText(event.total, 'image')} on the ${event.device}; run ${event.runId}${before}.`,
        );
        progress = terminal.progress({ title: 'Screening', unit: 'images' });
        return;
      }
      case 'progress':
        progress?.update({
          done: event.done,
          total: event.total,
          imagesPerSecond: event.imagesPerSecond,
          secondsLeft: event.secondsLeft,
          note: event.failed === 0 ? '' : `${event.failed} failed`,
        });
        return;
      case 'notice':
        terminal.say(event.message);
        return;
      case 'finished':
        return;
    }
  };
  return { onEvent, finish };
}

function summaryText(summary: ScreenSummary, globals: GlobalOptions): string {
  const { model, dataset, screened, failed, runId, seconds, device, scores } = summary;
  const shown = facts([
    ['run', String(runId)],
    ['screened', countText(screened, 'image')],
    ['failed', countText(failed, 'image')],
    ['scores', scores.join(', ')],
    ['time', `${durationText(seconds)} on ${device}`],
  ]);
  return `${shown}\n\nSee the worst first: ${commandLineText(`rank ${quoted(model)} ${quoted(dataset)}`, globals)}`;
}
