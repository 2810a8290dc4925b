import { setImmediate } from 'node:timers/promises';
import type { FromJob } from './protocol.ts';
import type { ScreenFile } from './screen-job.ts';

/** Replies that may wait to be taken: enough that a program that is busy holds nobody up, few enough for its memory. */
const MOST_AHEAD = 16;

/** One request in the process that answers it. */
export class Request {
  readonly #id: number;
  readonly #post: (message: FromJob) => void;
  readonly #stopping = new AbortController();
  #ahead = 0;
  #onTaken: (() => void) | null = null;
  #onPage: ((files: readonly ScreenFile[] | null) => void) | null = null;

  constructor(id: number, post: (message: FromJob) => void) {
    this.#id = id;
    this.#post = post;
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  stop(): void {
    this.#stopping.abort();
  }

  taken(): void {
    this.#ahead -= 1;
    this.#onTaken?.();
  }

  page(files: readonly ScreenFile[] | null): void {
    this.#onPage?.(files);
  }

  /** Resolves when the next reply may follow. */
  async reply(reply: unknown): Promise<void> {
    this.#post({ kind: 'reply', id: this.#id, reply });
    this.#ahead += 1;
    while (this.#ahead >= MOST_AHEAD) {
      await new Promise<void>((resolve) => {
        this.#onTaken = resolve;
      });
    }
    // Work that never waits for anything outside would leave a stop unheard.
    await setImmediate();
  }

  /** The files to screen, asked for page by page. */
  async *pages(): AsyncGenerator<readonly ScreenFile[], void, undefined> {
    for (;;) {
      const page = new Promise<readonly ScreenFile[] | null>((resolve) => {
        this.#onPage = resolve;
      });
      this.#post({ kind: 'page-wanted', id: this.#id });
      const files = await page;
      if (files === null) return;
      yield files;
    }
  }
}
