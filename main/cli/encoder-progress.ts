import type { EncoderEvent, EncoderHooks } from '../api/encoders/train-encoder.ts';
import { LearningProgress, type Shown } from './learning-progress.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Shows the training of an encoder while it runs. */
export function showEncoderTraining(terminal: Terminal, signal: AbortSignal): Shown<EncoderHooks> {
  const progress = new LearningProgress(terminal);
  const onEvent = (event: EncoderEvent) => {
    switch (event.kind) {
      case 'compiling':
        terminal.say('Compiling the training step …');
        return;
      case 'started':
        progress.begin(event, 'Learning from', 'Training');
        return;
      case 'notice':
      case 'step':
      case 'evaluation':
      case 'unstable':
      case 'image-replaced':
        progress.tell(event, (loss) => `${loss.toFixed(2)} nats`);
        return;
    }
  };
  return { hooks: { signal, onEvent }, finish: () => progress.finish(), runId: () => progress.runId };
}
