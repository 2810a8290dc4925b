import type { Job } from '../../../preload/contract.ts';
import type { JobCenter } from '../../../main/api/jobs/job-center.ts';

/** Watches until a job satisfies what is asked; gives all that was seen of it. */
export async function watched(
  jobs: JobCenter,
  id: number,
  until: (job: Job) => boolean = ({ endedAt }) => endedAt !== null,
): Promise<Job[]> {
  const seen: Job[] = [];
  const ending = new AbortController();
  for await (const job of jobs.watch(ending.signal)) {
    if (job.id !== id) continue;
    seen.push(job);
    if (until(job)) ending.abort();
  }
  return seen;
}

/** The job when it has ended. */
export async function ended(jobs: JobCenter, id: number): Promise<Job> {
  const [last] = (await watched(jobs, id)).slice(-1);
  if (last === undefined) throw new Error('the job was never seen');
  return last;
}
