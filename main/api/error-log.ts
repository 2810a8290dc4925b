import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { version } from './package.ts';

const STACK_FRAME = /^\s+at /;

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
  const code = z.object({ code: z.union([z.string(), z.number()]) }).safeParse(error);
  const frames = (error.stack ?? '').split('\n').filter((line) => STACK_FRAME.test(line));
  return [
    code.success ? `${error.name} ${code.data.code}` : error.name,
    ...frames,
    ...(error.cause === undefined ? [] : ['caused by', ...describe(error.cause)]),
  ];
}
