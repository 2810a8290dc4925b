import { join, resolve } from 'node:path';
import type { DeviceKind } from '../../models/device.ts';
import type { StartJobProcess } from '../jobs/job-process.ts';
import { ProcessJobs } from '../jobs/process-jobs.ts';
import { type JobRunner, LocalJobs } from '../jobs/runner.ts';
import { type Store, openStore } from '../store/open.ts';

export interface ContextOptions {
  /** The folder of the database, the weights and the compiled graphs; made where it is missing. */
  readonly home: string;
  /** Asked before each job where it may change meanwhile. */
  readonly device: DeviceKind | 'auto' | (() => DeviceKind | 'auto');
  /** Gets sentences for the user: another device was taken, a cache cannot be written. */
  readonly notify: (message: string) => void;
  /** Who works here, for the records. */
  readonly who: string;
  /** Each job gets a process of its own, started with this; without it they run in this process. */
  readonly startJobProcess?: StartJobProcess;
}

/** What every service of the api works with. */
export interface Context {
  readonly store: Store;
  readonly home: string;
  readonly who: string;
  readonly jobs: JobRunner;
  close(): void;
}

/** @throws StoreError 'newer-version' | 'corrupt' | 'busy' | 'disk-full' | 'read-only' | 'io' */
export function openContext(options: ContextOptions): Promise<Context> {
  // A promise, though the store opens at once: the window's side will reach it through a process boundary.
  return Promise.resolve().then(() => {
    const home = resolve(options.home);
    const store = openStore(home);
    const jobs = jobRunner(options, graphsFolder(home));
    return {
      store,
      home,
      who: options.who,
      jobs,
      close: () => {
        jobs.close();
        store.close();
      },
    };
  });
}

/** Where the compiled graphs of a home folder are. */
export function graphsFolder(home: string): string {
  return join(home, 'graphs');
}

function jobRunner({ device, notify, startJobProcess }: ContextOptions, graphs: string): JobRunner {
  const choice = typeof device === 'function' ? device : () => device;
  if (startJobProcess === undefined) return new LocalJobs({ device: choice(), graphs }, notify);
  return new ProcessJobs({ start: startJobProcess, device: choice, graphs, notify });
}
