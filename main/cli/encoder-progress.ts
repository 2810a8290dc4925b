import type { EncoderEvent, EncoderHooks } from '../api/train-encoder.ts';
import { countText } from './terminal/numbers.ts';
import type { Progress } from './terminal/progress.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Files that are named when they can no longer be read; a vanished drive would fill the screen. */
const NAMED_FILES = 3;

export interface ShownTraining {
  readonly hooks: EncoderHooks;
  /** Takes the progress away; may be called again. */
  readonly finish: () => void;
  /** The number of the run, once it has begun. */
  readonly runId: () => number | null;
}

/** Shows the training of an encoder while it runs. */
export function showEncoderTraining(terminal: Terminal, signal: AbortSignal): ShownTraining {
  let progress: Progress | null = null;
  let runId: number | null = null;
  let heldOut: number | null = null;
  const finish = () => {
    progress?.finish();
    progress = null;
  };
  const onEvent = (event: EncoderEvent) => {
    switch (event.kind) {
      case 'compiling':
        terminal.say('Compiling the training step …');
        return;
      case 'notice':
        terminal.say(event.message);
        return;
      case 'started':
        ({ runId } = event);
        terminal.say(
          `Learning from ${countText(event.images, 'image')} on the ${event.device}; ` +
            `${countText(event.heldOut, 'image')} held out; run ${runId}.`,
        );
        progress = terminal.progress({ title: 'Training', unit: 'steps' });
        return;
      case 'step': {
        const now = `${event.loss.toFixed(2)} nats`;
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
    }
  };
  return { hooks: { signal, onEvent }, finish, runId: () => runId };
}
