import { ServiceError } from '../api/service-error.ts';
import { commandLineText } from './command-line-text.ts';
import type { GlobalOptions } from './session.ts';

/**
 * An interruption that says what to type to go on; any other error as it is.
 * @param resume what resumes a run: "fit --resume"
 * @param runId null before the run has begun
 */
export function withWayOn(
  error: unknown,
  resume: string,
  runId: number | null,
  globals: GlobalOptions,
): unknown {
  if (!(error instanceof ServiceError) || error.kind !== 'interrupted' || runId === null) return error;
  const command = commandLineText(`${resume} ${runId}`, globals);
  return new ServiceError('interrupted', `${error.message.replace(/\.$/, '')}: ${command}`, { cause: error });
}
