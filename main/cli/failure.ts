import { CommanderError } from 'commander';
import { BenchStopped } from '../../bench/accuracy/bench-stopped.ts';
import { SeedsNotJoined } from '../../bench/accuracy/joined-seeds.ts';
import { FiguresError } from '../../bench/stored-figures.ts';
import { BrowserError } from '../../bench/window/chromium.ts';
import { userFailure } from '../api/user-failure.ts';
import { ServeError } from '../serve/serve-error.ts';
import { logError } from '../api/error-log.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printable } from './terminal/printable.ts';
import { UsageError } from './usage-error.ts';

/** What the person, or a program, is told of a command that failed. */
export interface Failure {
  readonly kind: string;
  /** What happened and what to do. */
  readonly message: string;
  readonly exitCode: ExitCode;
}

export interface Circumstances {
  readonly home: string;
  /** The person has asked to stop. */
  readonly interrupted: boolean;
}

export function describeFailure(error: unknown, { home, interrupted }: Circumstances): Failure {
  if (process.env['FLOWSCREEN_DEBUG'] === '1') console.error(error);
  if (error instanceof CommanderError) {
    return { kind: 'usage', message: parserMessage(error), exitCode: EXIT.usage };
  }
  if (error instanceof UsageError) {
    return { kind: 'usage', message: `${error.message} ${HELP_HINT}`, exitCode: EXIT.usage };
  }
  const failure = toldFailure(error);
  if (failure !== null) {
    const { kind, message } = failure;
    return { kind, message, exitCode: interrupted ? EXIT.interrupted : EXIT.failed };
  }
  const file = logError(home, error);
  const where = file === null ? 'set FLOWSCREEN_DEBUG=1 to see the details' : `the details are in "${file}"`;
  return {
    kind: 'internal',
    message: `flowscreen failed in a way it should not; ${where}, please report them.`,
    exitCode: EXIT.failed,
  };
}

/** Of the command line alone; its messages are made to be read. */
const TOLD = [ServeError, BrowserError, BenchStopped, FiguresError, SeedsNotJoined] as const;

function toldFailure(error: unknown): Omit<Failure, 'exitCode'> | null {
  for (const known of TOLD) if (error instanceof known) return error;
  return userFailure(error);
}

export function writeFailure({ kind, message }: Failure, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ error: { kind, message } }, null, 2)}\n`);
  else process.stderr.write(`${printable(message)}\n`);
}

const HELP_HINT = 'Add --help to see how the command is used.';

function parserMessage({ code, message }: CommanderError): string {
  if (code === 'commander.help') return `Name a command; --help lists them.`;
  const sentence = message.replace(/^error: /, '').replaceAll('\n', ' ');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${/[.)]$/.test(sentence) ? '' : '.'} ${HELP_HINT}`;
}
