import { fork } from 'node:child_process';
import { join } from 'node:path';
import { type JobProcess, type Workload, argumentsFor } from './job-process.ts';

/** Of what the process said last; a driver may talk without end. */
const KEPT_CHARACTERS = 2000;

/** Starts a process for jobs where there is no Electron. It ends with this program. */
export function forkJobProcess(workload: Workload): JobProcess {
  // Beside this file, in the sources and in the build alike.
  const entry = join(
    import.meta.dirname,
    import.meta.filename.endsWith('.ts') ? 'job-entry.ts' : 'job-entry.js',
  );
  const child = fork(entry, {
    execArgv: argumentsFor(workload),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = `${lastWords}${text}`.slice(-KEPT_CHARACTERS);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => {
      resolve(`ended by ${signal ?? `code ${code ?? 'unknown'}`}\n${lastWords}`);
    });
    child.once('error', (error) => {
      resolve(`could not be started: ${error.message}`);
    });
  });
  return {
    post: (message) => {
      // What is sent to a process that has just ended is lost; onExit tells of its end.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      void ended.then(listener);
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}
