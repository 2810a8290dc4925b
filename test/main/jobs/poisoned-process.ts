import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { JobProcess } from '../../../main/jobs/job-process.ts';

/** Starts real processes for reading folders, which hang at files named "hangs…" and die at those named "dies…". */
export function startPoisonedProcess(): JobProcess {
  const child = fork(join(import.meta.dirname, 'children', 'poisoned-entry.ts'), {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return {
    post: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) =>
      child.once('close', (code, signal) => listener(`ended by ${signal ?? String(code)}`)),
    kill: () => child.kill('SIGKILL'),
  };
}
