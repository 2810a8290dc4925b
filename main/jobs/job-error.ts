export type JobErrorKind =
  | 'no-readable-images'
  | 'not-finite'
  /** Steps keep being rejected. */
  | 'unstable'
  /** The process that did the work ended before it was done. */
  | 'process-died'
  /** The process that does the work sent what this program does not understand. */
  | 'bad-message';

/** What a job cannot go on without. The message is one sentence for the user. */
export class JobError extends Error {
  readonly kind: JobErrorKind;

  constructor(kind: JobErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JobError';
    this.kind = kind;
  }
}

/** @param cause what was not understood */
export function badMessage(cause: Error): JobError {
  return new JobError(
    'bad-message',
    'The process that computes belongs to another version of flowscreen; restart flowscreen.',
    { cause },
  );
}

/** @param how it ended, for those who mend the program */
export function processDied(how: string): JobError {
  return new JobError(
    'process-died',
    'The process that computes ended before it was done, perhaps for lack of memory; what was done so far is kept: resume it, or try again.',
    { cause: how },
  );
}
