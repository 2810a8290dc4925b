/** A codestream that cannot be decoded; becomes an IngestError where the file's name is known. */
export class CodecProblem extends Error {
  /** 'unsupported' for what is in order, yet of a kind that is not read. */
  readonly kind: 'corrupt' | 'unsupported' | 'too-large';

  constructor(kind: 'corrupt' | 'unsupported' | 'too-large', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CodecProblem';
    this.kind = kind;
  }
}
