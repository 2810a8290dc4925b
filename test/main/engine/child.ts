import { fork } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';

export interface ChildOutcome {
  /** What it sent, in order. */
  readonly messages: readonly unknown[];
  /** All it wrote to the terminal. */
  readonly terminal: string;
  readonly code: number | null;
}

/** Runs a script, of test/main/engine/children where no other folder is named, in a process with that environment besides its own. */
export function runChild(
  script: string,
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<ChildOutcome> {
  const child = fork(resolvePath(import.meta.dirname, 'children', script), [...args], {
    env: { ...process.env, ...environment },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const messages: unknown[] = [];
  let terminal = '';
  child.on('message', (message) => messages.push(message));
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (terminal += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (terminal += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ messages, terminal, code }));
  });
}

/** In a child: resolves once the message has left, so that the process may end. */
export function sent(message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}
