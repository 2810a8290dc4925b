import { onOneLine } from './printable.ts';

export type IngestErrorKind =
  | 'empty-file'
  | 'truncated'
  | 'unsupported-format'
  | 'not-an-image'
  | 'too-large'
  | 'unreadable'
  | 'not-found'
  /** The drive or the network under a folder fails, or went away while it was read. */
  | 'drive-lost'
  | 'corrupt';

/** A file or folder that cannot be used. The message is one sentence for the user: what happened, to which file, what to do. */
export class IngestError extends Error {
  readonly kind: IngestErrorKind;
  readonly path: string;

  constructor(kind: IngestErrorKind, path: string, message: string, options?: ErrorOptions) {
    super(onOneLine(message), options);
    this.name = 'IngestError';
    this.kind = kind;
    this.path = path;
  }
}

/** The text of anything thrown; dicom-parser throws bare strings and `{ exception }` objects. */
export function thrownMessage(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  if (typeof thrown === 'object' && thrown !== null && 'exception' in thrown) {
    return thrownMessage(thrown.exception);
  }
  return String(thrown);
}

/** Turns a failed file-system call on `path` into an IngestError. */
export function fileSystemError(thrown: unknown, path: string): IngestError {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new IngestError(
        'not-found',
        path,
        `"${path}" does not exist; check the path, or reconnect the drive that holds it.`,
        { cause: thrown },
      );
    case 'EACCES':
    case 'EPERM':
      return new IngestError(
        'unreadable',
        path,
        `You have no permission to read "${path}"; change its permissions or choose another folder.`,
        { cause: thrown },
      );
    case 'ELOOP':
      return new IngestError(
        'unreadable',
        path,
        `"${path}" is a link that points to itself; remove the link.`,
        { cause: thrown },
      );
    default:
      return new IngestError(
        'unreadable',
        path,
        `"${path}" could not be read (${thrownMessage(thrown)}); check the drive and try again.`,
        { cause: thrown },
      );
  }
}
