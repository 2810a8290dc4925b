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
