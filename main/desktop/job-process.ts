import { join } from 'node:path';
import { utilityProcess } from 'electron';
import { type JobProcess, type Workload, argumentsFor } from '../jobs/job-process.ts';

/** Beside the built entry of the application. */
const ENTRY = join(import.meta.dirname, 'utility-entry.js');

/** Of what the process said last; a driver may talk without end. */
const KEPT_CHARACTERS = 2000;

/** Starts a process for jobs as Electron has them: it ends with the application, and its name shows in the system's lists. */
export function startUtilityProcess(workload: Workload): JobProcess {
  const child = utilityProcess.fork(ENTRY, [], {
    serviceName: 'flowscreen jobs',
    execArgv: argumentsFor(workload),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let lastWords = '';
  const keep = (text: string) => {
    lastWords = `${lastWords}${text}`.slice(-KEPT_CHARACTERS);
  };
  child.stderr?.setEncoding('utf8').on('data', keep);
  child.on('error', (type, location) => keep(`${type} at ${location}\n`));
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code) => resolve(`ended by code ${code}\n${lastWords}`));
  });
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      void ended.then(listener);
    },
    kill: () => {
      child.kill();
    },
  };
}
