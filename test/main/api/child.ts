import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** Runs a script in a process of its own, kills it without warning once a line of its output says so, and returns that line. */
export async function killedAt(
  script: string,
  args: readonly (string | number)[],
  isTime: (line: string) => boolean,
): Promise<string> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'children', script), ...args.map(String)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const complaints = text(child.stderr);
  for await (const line of createInterface(child.stdout)) {
    if (!isTime(line)) continue;
    await killed(child);
    return line;
  }
  throw new Error(`the child ended before its time: ${await complaints}`);
}

async function killed(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
