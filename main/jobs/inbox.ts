/** Messages that wait to be taken, in order, up to an end or a failure. One taker. */
export class Inbox<T> {
  readonly #waiting: T[] = [];
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  put(message: T): void {
    this.#waiting.push(message);
    this.#wake?.();
  }

  /** What was put before is still given out. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  /** @throws what it failed with, after the last message */
  async take(): Promise<T> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message !== undefined) return message;
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
