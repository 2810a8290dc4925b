import { EXIT } from './exit-codes.ts';

/** Ctrl-C, and what a terminal that closes, a shutdown or a batch system sends. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupts {
  /** Aborted by the first request to stop. */
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

/** The first request to stop asks the work to save itself and end; the second ends the process at once. */
export function listenForInterrupts(onFirst: () => void): Interrupts {
  const controller = new AbortController();
  const listener = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    onFirst();
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}
