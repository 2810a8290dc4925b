import type { LossUnit } from '../../models/detectors/method.ts';
import type { FitHooks, FitJobEvent } from '../api/fit/fit.ts';
import { lossText } from '../api/fit/loss-text.ts';
import { LearningProgress, type Shown } from './learning-progress.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Shows a fit while it runs. */
export function showFit(terminal: Terminal, signal: AbortSignal, title = 'Fitting'): Shown<FitHooks> {
  const progress = new LearningProgress(terminal);
  let unit: LossUnit | null = null;
  const onEvent = (event: FitJobEvent) => {
    switch (event.kind) {
      case 'compiling':
        terminal.say('Preparing the fit …');
        return;
      case 'started':
        ({ unit } = event);
        // What is computed in one go has no steps to count.
        progress.begin(event, `${title} to`, event.steps > 0 ? title : null);
        return;
      case 'notice':
      case 'step':
      case 'evaluation':
      case 'unstable':
      case 'image-replaced':
        progress.tell(event, (loss) => lossText(loss, unit, 2));
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
  return { hooks: { signal, onEvent }, finish: () => progress.finish(), runId: () => progress.runId };
}
