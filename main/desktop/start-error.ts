/** The desktop was started with what it does not understand. The message is one sentence for the user. */
export class StartError extends Error {
  readonly kind = 'unknown-device';

  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}
