import type { EncoderMessage } from '../../jobs/encoder-training.ts';
import type { FitMessage } from '../../jobs/fit-protocol.ts';
import type { Store } from '../../store/open.ts';

/** Points of a whole run, beside those of its evaluations. */
const POINTS = 100;

/** Keeps the curves of a fit: a point about every hundredth of its steps, and one at each evaluation. */
export class FitPoints {
  readonly #points: Store['runPoints'];
  readonly #runId: number;
  #sum = 0;
  #steps = 0;

  constructor(points: Store['runPoints'], runId: number) {
    this.#points = points;
    this.#runId = runId;
  }

  take(message: FitMessage | EncoderMessage): void {
    if (message.kind === 'evaluation') {
      const { step, heldOutLoss } = message;
      this.#points.append(this.#runId, [{ step, loss: null, heldOutLoss, imagesPerSecond: null }]);
      return;
    }
    if (message.kind !== 'step') return;
    const { step, totalSteps, loss, imagesPerSecond, accepted } = message;
    if (accepted && Number.isFinite(loss)) {
      this.#sum += loss;
      this.#steps += 1;
    }
    if (step % Math.max(1, Math.round(totalSteps / POINTS)) !== 0 && step !== totalSteps) return;
    this.#points.append(this.#runId, [
      {
        step,
        loss: this.#steps === 0 ? null : this.#sum / this.#steps,
        heldOutLoss: null,
        imagesPerSecond,
      },
    ]);
    this.#sum = 0;
    this.#steps = 0;
  }
}
