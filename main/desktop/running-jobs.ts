import { type BrowserWindow, powerSaveBlocker } from 'electron';
import type { Job } from '../../preload/contract.ts';
import type { JobCenter } from '../api/jobs/job-center.ts';

export const isRunning = ({ status }: Job): boolean => status === 'running' || status === 'stopping';

/** How far all running jobs are, between 0 and 1; more than 1 where nobody can say. Null where none runs. */
export function progressOf(jobs: readonly Job[]): number | null {
  const running = jobs.filter(isRunning);
  if (running.length === 0) return null;
  const shares = running.map(({ done, total }) => (total === null || total === 0 ? NaN : done / total));
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return Number.isNaN(mean) ? 2 : Math.min(mean, 1);
}

/** Keeps the machine awake while jobs run, and shows in the taskbar how far they are. Ends with the signal. */
export async function followRunningJobs(
  jobs: Pick<JobCenter, 'watch'>,
  window: () => BrowserWindow | null,
  signal: AbortSignal,
): Promise<void> {
  let blocker: number | null = null;
  const show = (progress: number | null) => {
    if (progress !== null) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
    window()?.setProgressBar(progress ?? -1);
  };
  try {
    const latest = new Map<number, Job>();
    for await (const job of jobs.watch(signal)) {
      latest.set(job.id, job);
      show(progressOf([...latest.values()]));
    }
  } finally {
    show(null);
  }
}
