/** The command was understood by the parser, but its arguments do not go together. The message is one sentence. */
export class UsageError extends Error {
  readonly kind = 'usage';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}
