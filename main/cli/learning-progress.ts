/** What a run of gradient descent tells on a terminal while it goes on, whatever is learned. */
import { countText } from './terminal/numbers.ts';
import type { Progress } from './terminal/progress.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Files that are named when they can no longer be read; a vanished drive would fill the screen. */
const NAMED_FILES = 3;

export interface Shown<Hooks> {
  readonly hooks: Hooks;
  /** Takes the progress away; may be called again. */
  readonly finish: () => void;
  /** The number of the run, once it has begun. */
  readonly runId: () => number | null;
}

export interface BegunRun {
  readonly runId: number;
  readonly images: number;
  readonly heldOut: number;
  readonly device: string;
}

export type LearningEvent =
  | { readonly kind: 'notice'; readonly message: string }
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly totalSteps: number;
      readonly loss: number;
      readonly imagesPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly kind: 'evaluation'; readonly heldOutLoss: number }
  | { readonly kind: 'unstable'; readonly step: number; readonly rejectedSteps: number }
  | {
      readonly kind: 'image-replaced';
      readonly relativePath: string;
      readonly reason: string;
      readonly count: number;
    };

export class LearningProgress {
  readonly #terminal: Terminal;
  #progress: Progress | null = null;
  #heldOut: number | null = null;
  runId: number | null = null;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** @param doing "Fitting to". @param bar null where there are no steps to count */
  begin({ runId, images, heldOut, device }: BegunRun, doing: string, bar: string | null): void {
    this.runId = runId;
    this.#terminal.say(
      `${doing} ${countText(images, 'image')} on the ${device}; ${countText(heldOut, 'image')} held out; run ${runId}.`,
    );
    if (bar !== null) this.#progress = this.#terminal.progress({ title: bar, unit: 'steps' });
  }

  /** @param lossText a loss with its unit */
  tell(event: LearningEvent, lossText: (loss: number) => string): void {
    switch (event.kind) {
      case 'notice':
        this.#terminal.say(event.message);
        return;
      case 'step': {
        const now = lossText(event.loss);
        this.#progress?.update({
          done: event.step,
          total: event.totalSteps,
          imagesPerSecond: event.imagesPerSecond,
          secondsLeft: event.secondsLeft,
          note: this.#heldOut === null ? now : `${now} (held-out ${this.#heldOut.toFixed(3)})`,
        });
        return;
      }
      case 'evaluation':
        this.#heldOut = event.heldOutLoss;
        return;
      case 'unstable':
        if (event.rejectedSteps === 1)
          this.#terminal.say(`Training is unstable: step ${event.step} was rejected and changed nothing.`);
        return;
      case 'image-replaced':
        if (event.count <= NAMED_FILES)
          this.#terminal.say(`Another image takes the place of "${event.relativePath}": ${event.reason}`);
        else if (event.count === NAMED_FILES + 1) this.#terminal.say('More files can no longer be read.');
        return;
    }
  }

  finish(): void {
    this.#progress?.finish();
    this.#progress = null;
  }
}
