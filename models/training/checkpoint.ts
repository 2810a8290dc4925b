import type { ParameterData } from '../detectors/detector.ts';

/** All that a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Steps taken. */
  readonly step: number;
  /** The optimiser's state, by input name of the training graph (`pack0/parameter`, …). */
  readonly state: ParameterData;
  /** Parameters that are not trained. */
  readonly fixed: ParameterData;
  readonly progress: FitProgress;
}

/** What the loop remembers between steps beside the weights. */
export interface FitProgress {
  /** Steps whose gradient was not finite; they changed nothing. */
  readonly rejectedSteps: number;
  /** The best held-out measure (of a likelihood, bits/dim) so far, and the step it was reached at; null before the first evaluation. */
  readonly best: { readonly heldOut: number; readonly step: number } | null;
}

export const NO_PROGRESS: FitProgress = { rejectedSteps: 0, best: null };
