import type { Change } from '../preload/contract.ts';
import { api } from './api.ts';
import { follow } from './stream.ts';

type Topic = Change['topic'];

const listeners = new Set<{ readonly topics: readonly Topic[]; readonly changed: () => void }>();
let missed = false;

/** Follows what changes on the machine, here or in another window. Called once, at the start. */
export function followChanges(): void {
  follow<Change>({
    open: (signal) => api.system.changes(undefined, { signal }),
    take: ({ topic }) => {
      for (const { topics, changed } of [...listeners]) if (topics.includes(topic)) changed();
    },
    started: () => {
      // While nobody listened anything may have changed.
      if (missed) for (const { changed } of [...listeners]) changed();
      missed = true;
    },
  });
}

/** Calls back when one of the topics changed, until the returned function is called. */
export function onChange(topics: readonly Topic[], changed: () => void): () => void {
  const listener = { topics, changed };
  listeners.add(listener);
  return () => listeners.delete(listener);
}
