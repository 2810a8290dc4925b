import type { Change } from '../../preload/contract.ts';
import type { Changes } from './app.ts';

type Topic = Change['topic'];

/**
 * Tells every follower what changed. A topic that changes again before a follower has taken it is told once: what shows it
 * reads it anew either way.
 */
export function createChanges(): Changes {
  const followers = new Set<(topic: Topic) => void>();
  return {
    announce(topic) {
      for (const tell of followers) tell(topic);
    },
    async *follow(signal) {
      const waiting = new Set<Topic>();
      let wake = (): void => undefined;
      const tell = (topic: Topic): void => {
        waiting.add(topic);
        wake();
      };
      const stop = (): void => wake();
      followers.add(tell);
      signal?.addEventListener('abort', stop);
      try {
        while (signal?.aborted !== true) {
          const [topic] = waiting;
          if (topic === undefined) {
            const { promise, resolve } = Promise.withResolvers<undefined>();
            wake = () => resolve(undefined);
            await promise;
            continue;
          }
          waiting.delete(topic);
          yield { topic };
        }
      } finally {
        followers.delete(tell);
        signal?.removeEventListener('abort', stop);
      }
    },
  };
}
