import type { JobParent } from './job-process.ts';
import { toReader } from './scan-protocol.ts';

/**
 * Answers the parent's requests for as long as the process lives. The first one says what the process is for: what it does not need is
 * never loaded.
 */
export function serveParent(parent: JobParent): void {
  let desk: Promise<(message: unknown) => void> | null = null;
  parent.onMessage((message) => {
    desk ??= openDesk(message, parent);
    void desk.then((take) => take(message));
  });
}

async function openDesk(first: unknown, parent: JobParent): Promise<(message: unknown) => void> {
  if (toReader.safeParse(first).success) return (await import('./serve-reading.ts')).readingDesk(parent);
  return (await import('./serve-jobs.ts')).jobDesk(parent);
}
