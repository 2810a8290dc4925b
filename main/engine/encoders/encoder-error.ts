export type EncoderErrorKind =
  | 'unreadable'
  | 'too-large'
  /** No ONNX model, or one that is cut short. */
  | 'not-onnx'
  /** Its weights lie in other files. */
  | 'external-data'
  | 'unknown-operators'
  /** Not one image input. */
  | 'wrong-input'
  /** No output is a vector or a map of features. */
  | 'wrong-output'
  /** The description does not belong to the file. */
  | 'wrong-description'
  /** Another file than was chosen. */
  | 'changed'
  /** It gave numbers that are not finite. */
  | 'not-finite';

/** An encoder that cannot be used. The message is one sentence for the user: what happened, to which file, what to do. */
export class EncoderError extends Error {
  readonly kind: EncoderErrorKind;

  constructor(kind: EncoderErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EncoderError';
    this.kind = kind;
  }
}

const LONGEST_NAME = 80;

/** A name out of a file, as it may stand in a sentence: on one line, and not too long. */
export function quoted(name: string): string {
  const text = JSON.stringify(name);
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…"` : text;
}
