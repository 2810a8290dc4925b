/** What a job cannot go on without. The message is one sentence for the user. */
export class JobError extends Error {
  readonly kind: 'no-readable-images' | 'not-finite';

  constructor(kind: JobError['kind'], message: string) {
    super(message);
    this.name = 'JobError';
    this.kind = kind;
  }
}
