import type { Job } from '../../../preload/contract.ts';
import type { JobBoard } from './job-board.ts';

/** Notices that are kept of one job. */
const MOST_NOTICES = 20;

/** A job of one kind while it runs: what happens in it is put on the board. */
export class RunningJob<J extends Job> {
  readonly #board: JobBoard;
  readonly #stopping = new AbortController();
  #job: J;

  constructor(board: JobBoard, job: J) {
    this.#board = board;
    this.#job = job;
    board.put(job);
  }

  get job(): J {
    return this.#job;
  }

  /** Aborted when the job is to save itself and end. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  set(change: Partial<J>): void {
    this.#job = { ...this.#job, ...change };
    this.#board.put(this.#job);
  }

  notice(message: string): void {
    const { notices } = this.#job;
    if (notices.length >= MOST_NOTICES || notices.includes(message)) return;
    this.#job = { ...this.#job, notices: [...notices, message] };
    this.#board.put(this.#job);
  }

  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#job = { ...this.#job, status: 'stopping' };
    this.#board.put(this.#job);
  }

  end({ status, error }: { status: 'stopped' | 'failed' | 'done'; error: Job['error'] }): void {
    const { kind, runId } = this.#job;
    this.#job = {
      ...this.#job,
      status,
      error,
      phase: status,
      endedAt: new Date().toISOString(),
      imagesPerSecond: null,
      secondsLeft: null,
      resumable:
        status !== 'done' &&
        runId !== null &&
        (kind === 'fit' || kind === 'screen' || kind === 'train-encoder'),
    };
    this.#board.put(this.#job);
  }
}

/** What all jobs begin with. */
export function newJob(id: number, title: string) {
  return {
    id,
    title,
    status: 'running' as const,
    startedAt: new Date().toISOString(),
    endedAt: null,
    device: null,
    runId: null,
    phase: 'starting',
    done: 0,
    total: null,
    imagesPerSecond: null,
    secondsLeft: null,
    notices: [],
    error: null,
    resumable: false,
  };
}
