import type { LossUnit } from '../../models/detectors/method.ts';
import type { FitHooks, FitJobEvent } from '../api/fit.ts';
import { lossText } from '../api/loss-text.ts';
import { countText } from './terminal/numbers.ts';
import type { Progress } from './terminal/progress.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Files that are named when they can no longer be read; a vanished drive would fill the screen. */
const NAMED_FILES = 3;

export interface ShownFit {
  readonly hooks: FitHooks;
  /** Takes the progress away; may be called again. */
  readonly finish: () => void;
  /** The number of the run, once it has begun. */
  readonly runId: () => number | null;
}

/** Shows a fit while it runs. */
export function showFit(terminal: Terminal, signal: AbortSignal, title = 'Fitting'): ShownFit {
  let progress: Progress | null = null;
  let runId: number | null = null;
  let heldOut: number | null = null;
  let unit: LossUnit | null = null;
  const finish = () => {
    progress?.finish();
    progress = null;
  };
  const onEvent = (event: FitJobEvent) => {
    switch (event.kind) {
      case 'compiling':
        terminal.say('Preparing the fit …');
        return;
      case 'notice':
        terminal.say(event.message);
        return;
      case 'started':
        ({ runId, unit } = event);
        terminal.say(
          `${title} to ${countText(event.images, 'image')} on the ${event.device}; ` +
            `${countText(event.heldOut, 'image')} held out; run ${runId}.`,
        );
        // What is computed in one go has no steps to count.
        if (event.steps > 0) progress = terminal.progress({ title, unit: 'steps' });
        return;
      case 'step': {
        const now = lossText(event.loss, unit, 2);
        progress?.update({
          done: event.step,
          total: event.totalSteps,
          imagesPerSecond: event.imagesPerSecond,
          secondsLeft: event.secondsLeft,
          note: heldOut === null ? now : `${now} (held-out ${heldOut.toFixed(3)})`,
        });
        return;
      }
      case 'evaluation':
        heldOut = event.heldOutLoss;
        return;
      case 'unstable':
        if (event.rejectedSteps === 1)
          terminal.say(`Training is unstable: step ${event.step} was rejected and changed nothing.`);
        return;
      case 'image-replaced':
        if (event.count <= NAMED_FILES)
          terminal.say(`Another image takes the place of "${event.relativePath}": ${event.reason}`);
        else if (event.count === NAMED_FILES + 1) terminal.say('More files can no longer be read.');
        return;
      case 'checkpoint-saved':
        return;
      case 'next-stage':
        terminal.say(`The first stage ended at step ${event.step}; the next one goes on from it.`);
        return;
      case 'finished':
        if (event.reason === 'no-improvement')
          terminal.say(
            `Stopped at step ${event.step}: what is measured on held-out images no longer improves.`,
          );
        return;
    }
  };
  return { hooks: { signal, onEvent }, finish, runId: () => runId };
}
