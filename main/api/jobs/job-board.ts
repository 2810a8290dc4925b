import { setTimeout } from 'node:timers/promises';
import type { Job } from '../../../preload/contract.ts';
import { ServiceError } from '../service-error.ts';

/** What watchers are told at most this often, in milliseconds: a few times a second. */
const BETWEEN_NEWS_MS = 250;

/** The jobs as they stand, for whoever watches. */
export class JobBoard {
  readonly #jobs = new Map<number, Job>();
  readonly #watchers = new Set<(id: number) => void>();

  list(): Job[] {
    return [...this.#jobs.values()];
  }

  /** @throws ServiceError 'unknown-job' */
  get(id: number): Job {
    const job = this.#jobs.get(id);
    if (job !== undefined) return job;
    throw new ServiceError(
      'unknown-job',
      `There is no job with the number ${id}; it may be of an earlier start.`,
    );
  }

  /** Puts up a job, new or changed. */
  put(job: Job): void {
    this.#jobs.set(job.id, job);
    for (const tell of this.#watchers) tell(job.id);
  }

  /** Every job, then each as it changes; what changes faster than it is told is told as it is by then. */
  async *watch(signal: AbortSignal | undefined): AsyncGenerator<Job, void, undefined> {
    const changed = new Set(this.#jobs.keys());
    let wake = (): void => undefined;
    const tell = (id: number) => {
      changed.add(id);
      wake();
    };
    const end = () => wake();
    this.#watchers.add(tell);
    signal?.addEventListener('abort', end);
    try {
      while (signal?.aborted !== true) {
        if (changed.size === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        for (const id of [...changed]) {
          changed.delete(id);
          yield this.get(id);
        }
        await setTimeout(BETWEEN_NEWS_MS, undefined, { ref: false });
      }
    } finally {
      this.#watchers.delete(tell);
      signal?.removeEventListener('abort', end);
    }
  }
}
