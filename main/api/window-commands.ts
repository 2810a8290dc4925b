import type { WindowCommand } from '../../preload/contract.ts';

/** What a menu asks the window to do. Kept until a window listens, which at a start takes a moment. */
export class WindowCommands {
  readonly #waiting: WindowCommand[] = [];
  readonly #sleepers = new Set<() => void>();

  send(command: WindowCommand): void {
    this.#waiting.push(command);
    this.#wake();
  }

  /** Ends when the signal aborts. */
  async *follow(signal: AbortSignal | undefined): AsyncGenerator<WindowCommand, void, undefined> {
    const wake = () => this.#wake();
    signal?.addEventListener('abort', wake);
    try {
      while (signal?.aborted !== true) {
        const command = this.#waiting.shift();
        if (command === undefined) await new Promise<void>((resolve) => this.#sleepers.add(resolve));
        else yield command;
      }
    } finally {
      signal?.removeEventListener('abort', wake);
    }
  }

  #wake(): void {
    for (const resolve of this.#sleepers) resolve();
    this.#sleepers.clear();
  }
}
