import type { Checkpoint } from '../../../models/training/checkpoint.ts';
import type { FitRunProgress } from '../models/records.ts';

type Noted = Pick<FitRunProgress, 'bestHash' | 'stages'>;

/** The files of the best weights of a fit's stages, as its checkpoints come. */
export class KeptStages {
  #bestHash: string | null;
  #stages: FitRunProgress['stages'];
  /** Of the stage that is under way. */
  #last: Pick<FitRunProgress, 'step' | 'rejectedSteps'>;

  /** @param before where an earlier session came to */
  constructor(before: FitRunProgress | null) {
    this.#bestHash = before?.bestHash ?? null;
    this.#stages = before?.stages ?? [];
    this.#last = { step: before?.step ?? 0, rejectedSteps: before?.rejectedSteps ?? 0 };
  }

  /** @param newBest the file of better weights than those of the checkpoint before */
  take(stage: number, { step, progress }: Checkpoint, newBest: string | null): void {
    if (stage > this.#stages.length) {
      if (this.#bestHash === null) throw new RangeError('a stage ends with its best weights');
      const { step: steps, rejectedSteps } = this.#last;
      this.#stages = [...this.#stages, { bestHash: this.#bestHash, steps, rejectedSteps }];
      this.#bestHash = null;
    }
    this.#bestHash = newBest ?? this.#bestHash;
    this.#last = { step, rejectedSteps: progress.rejectedSteps };
  }

  /** Taken in all stages so far. */
  get steps(): number {
    return this.#stages.reduce((sum, { steps }) => sum + steps, this.#last.step);
  }

  noted(): Noted {
    return { bestHash: this.#bestHash, stages: this.#stages };
  }
}
