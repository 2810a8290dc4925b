/** A source archive that is not what the example was made from. The message is one sentence for the person who runs the script. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly kind: 'missing' | 'malformed' | 'unexpected';

  constructor(kind: SourceError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}
