import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export type Child = ChildProcessByStdio<null, Readable, Readable>;

export function scriptPath(name: string): string {
  return join(import.meta.dirname, 'children', name);
}

/** A real second process on the script; it is killed at the latest when the test ends. */
export function startChild(script: string, ...args: (string | number)[]): Child {
  const child = spawn(process.execPath, [scriptPath(script), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** What the process printed when it has ended well. */
export async function outputOf(child: Child): Promise<string> {
  const closed = once(child, 'close');
  const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  if (child.exitCode !== 0) throw new Error(`the child ended with ${child.exitCode}: ${complaints}`);
  return output;
}

/** Reads lines until `isLast` says so, and returns them. */
export async function linesUntil(child: Child, isLast: (line: string) => boolean): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (isLast(line)) return lines;
  }
  throw new Error(`the child ended early after: ${lines.join(', ')}`);
}

export async function kill9(child: Child): Promise<void> {
  const closed = once(child, 'exit');
  child.kill('SIGKILL');
  await closed;
}
