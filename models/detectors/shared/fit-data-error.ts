export type FitDataProblem = 'missing' | 'not-finite' | 'too-small';

/** What a detector was to be fitted on, or to score, does not serve it. The message is a sentence for a person. */
export class FitDataError extends Error {
  readonly kind: FitDataProblem;

  constructor(kind: FitDataProblem, message: string) {
    super(message);
    this.name = 'FitDataError';
    this.kind = kind;
  }
}
