export type ServeErrorKind = 'not-built' | 'port-taken' | 'address-unavailable';

/** The browser face cannot be started. The message is one sentence for the user. */
export class ServeError extends Error {
  readonly kind: ServeErrorKind;

  constructor(kind: ServeErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServeError';
    this.kind = kind;
  }
}
