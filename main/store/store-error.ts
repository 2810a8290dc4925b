/** What went wrong, for callers that decide by it; the message is for the person. */
export type StoreErrorKind =
  /** The database was written by a newer flowscreen. */
  | 'newer-version'
  /** The file is no flowscreen database, is damaged, or holds a record that cannot be read. */
  | 'corrupt'
  /** Another process kept the database locked longer than the busy timeout. */
  | 'busy'
  | 'disk-full'
  | 'read-only'
  /** The disk or the operating system refused for another reason. */
  | 'io'
  /** A record broke a rule of the schema: a fault of the program, not of the user. */
  | 'constraint'
  | 'name-taken'
  | 'not-found'
  /** The run is in another process's hands or is done. */
  | 'not-resumable'
  | 'missing-weights'
  | 'corrupt-weights';

/** Every failure of the store that a caller can act upon. The message is one sentence that says what to do. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.kind = kind;
  }
}
