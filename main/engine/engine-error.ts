export type EngineErrorKind =
  /** The machine lacks the device, or its driver cannot be used. */
  | 'device-unavailable'
  /** The device runs, but its numbers differ from the CPU's. */
  | 'wrong-numbers'
  /** The bytes are no model, or one that this device cannot load. */
  | 'load-failed'
  /** A loaded model could not be run: wrong inputs, too little memory, a lost device. */
  | 'run-failed'
  | 'disposed';

/** Every failure of the engine. The message is one sentence for the user: what happened and what to do. */
export class EngineError extends Error {
  readonly kind: EngineErrorKind;

  constructor(kind: EngineErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.kind = kind;
  }
}

export function loadFailed(label: string, error: unknown): EngineError {
  return new EngineError(
    'load-failed',
    `The model could not be loaded on ${label} (${causeOf(error)}); if it is a file, export or copy it again.`,
    { cause: error },
  );
}

export function runFailed(label: string, error: unknown): EngineError {
  return new EngineError(
    'run-failed',
    `The model could not be run on ${label} (${causeOf(error)}); try a smaller batch, or the CPU.`,
    { cause: error },
  );
}

export function alreadyClosed(label: string): EngineError {
  return new EngineError('disposed', `The model was already closed on ${label}; load it again to run it.`);
}

/** Longer than this, an error of ONNX Runtime is a dump, not a cause. */
const CAUSE_LENGTH = 200;

/** What ONNX Runtime says went wrong: its first line, without the place in its source, but with the operator's name. */
export function causeOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const line = message.split('\n').find((text) => text.trim() !== '') ?? 'no reason given';
  const operator = /while running (\w+) node/.exec(line)?.[1];
  const cause = line
    .replace(/^.*(?:was false\.|Status Message:)\s*/, '')
    .replace(/^\S+\.(?:cc|h|cpp):\d+\s+/, '')
    .replace(/[.\s]+$/, '');
  const short = cause.length > CAUSE_LENGTH ? `${cause.slice(0, CAUSE_LENGTH)}…` : cause;
  return operator === undefined ? short : `${operator}: ${short}`;
}
