import { IngestError } from './errors.ts';

/** What the system says when a drive or the network under a folder fails, rather than one file on it. */
const FAILURES: ReadonlySet<string> = new Set([
  'EIO',
  'ESTALE',
  'ENODEV',
  'ENXIO',
  'ENOTCONN',
  'ETIMEDOUT',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ECONNRESET',
  'ECONNABORTED',
]);

/** What a failed reading says of the place where the file was. */
export type Trouble =
  /** The drive failed. */
  | 'drive'
  /** The file is not there. */
  | 'absent'
  /** The file is there, and something is wrong with it or with the right to read it. */
  | 'file';

/** @param thrown by the file system, or what stands for that */
export function troubleOf(thrown: unknown): Trouble {
  const code = systemCode(thrown);
  if (code === null) return 'file';
  if (FAILURES.has(code)) return 'drive';
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'file';
}

/** @param at what could not be read */
export function driveLost(at: string, options?: ErrorOptions): IngestError {
  return new IngestError(
    'drive-lost',
    at,
    `"${at}" can no longer be reached; reconnect its drive and try again.`,
    options,
  );
}

function systemCode(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null;
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return systemCode(thrown.cause);
}
