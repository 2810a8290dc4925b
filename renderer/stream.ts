import { connection } from './api.ts';

export interface Following<T> {
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<T>>;
  readonly take: (value: T) => void;
  /** Before each start, the first and those after a lost connection: what was taken before may be stale. */
  readonly started?: () => void;
  /** The stream itself failed; it is tried again. */
  readonly failed?: (error: unknown) => void;
}

const AGAIN_AFTER_MS = 2000;

/** Takes everything that a stream of the api yields, through lost connections, until the returned function is called. */
export function follow<T>({ open, take, started, failed }: Following<T>): () => void {
  const end = new AbortController();
  const ended = (): boolean => end.signal.aborted;
  const run = async (): Promise<void> => {
    while (!ended()) {
      await connection.whenOpen();
      try {
        const values = await open(end.signal);
        started?.();
        for await (const value of values) take(value);
      } catch (error) {
        if (!ended() && connection.state.kind === 'open') failed?.(error);
      }
      // A server that ends a stream at once must not be asked a thousand times a second.
      if (!ended() && connection.state.kind === 'open') {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
      }
    }
  };
  void run();
  return () => end.abort();
}
