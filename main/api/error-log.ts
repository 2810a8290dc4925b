import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { version } from './package.ts';

const STACK_FRAME = /^\s+at /;
/** As names and codes of errors are; anything else may come from a file. */
const WORD = /^\w{1,60}$/;

/**
 * Writes what a developer needs to know of an unexpected error into <home>/logs. Messages are left out, because they
 * may quote paths, and paths of medical images often hold a patient's name: names, codes and places in the program remain.
 * @param what was not done, in words of the program's own
 * @returns the file, or null where it cannot be written
 */
export function logError(home: string, error: unknown, what = 'failed unexpectedly'): string | null {
  const now = new Date().toISOString();
  const folder = join(home, 'logs');
  const file = join(folder, `${now.replaceAll(/[:.]/g, '-')}-${process.pid}.log`);
  const head = `${now} flowscreen ${version} node ${process.version} ${process.platform} ${process.arch}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `${[head, what, ...describe(error)].join('\n')}\n`);
    return file;
  } catch {
    // The disk that is full may be what went wrong; the person is still told what is known.
    return null;
  }
}

function describe(error: unknown): string[] {
  if (!(error instanceof Error)) return [`a thrown ${typeof error}`];
  const code = z.object({ code: z.union([z.string().regex(WORD), z.number()]) }).safeParse(error);
  const frames = framesOf(error).filter((line) => STACK_FRAME.test(line));
  return [
    [WORD.test(error.name) ? error.name : 'an error', ...(code.success ? [code.data.code] : [])].join(' '),
    ...frames,
    ...(error.cause === undefined ? [] : ['caused by', ...describe(error.cause)]),
  ];
}

/** What follows the message in a stack: a message of several lines may have some that look like places. */
function framesOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  return start < 0 ? [] : stack.slice(start + message.length).split('\n');
}
