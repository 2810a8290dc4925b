import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Job } from '../../preload/contract.ts';
import { api } from '../api.ts';
import { sentenceOf } from '../failure.ts';
import { follow } from '../stream.ts';

const isRunning = ({ status }: Job): boolean => status === 'running' || status === 'stopping';

/** The work in the background, as it goes on. */
export const useJobs = defineStore('jobs', () => {
  const known = shallowRef<ReadonlyMap<number, Job>>(new Map());
  const dismissed = ref<ReadonlySet<number>>(new Set());
  const failure = ref<string | null>(null);
  const endings = new Set<(job: Job) => void>();

  const take = (job: Job): void => {
    const before = known.value.get(job.id);
    known.value = new Map(known.value).set(job.id, job);
    failure.value = null;
    const ended = before !== undefined && isRunning(before) && !isRunning(job);
    if (ended) for (const told of [...endings]) told(job);
  };

  /** Called once, at the start. */
  const followJobs = (): void => {
    follow<Job>({
      open: (signal) => api.jobs.watch(undefined, { signal }),
      // A restarted program counts its jobs from 1 again.
      started: () => (known.value = new Map()),
      take,
      failed: (error) => (failure.value = sentenceOf(error)),
    });
  };

  /** Newest first; not those that the user put away. */
  const jobs = computed<readonly Job[]>(() =>
    [...known.value.values()].filter(({ id }) => !dismissed.value.has(id)).sort((a, b) => b.id - a.id),
  );
  const running = computed<readonly Job[]>(() => jobs.value.filter(isRunning));
  const byId = (jobId: number): Job | null => known.value.get(jobId) ?? null;
  /** The latest job of a run: a resumed run has had several. */
  const byRun = (runId: number): Job | null =>
    [...known.value.values()].sort((a, b) => b.id - a.id).find((job) => job.runId === runId) ?? null;

  return {
    jobs,
    running,
    byId,
    byRun,
    /** Why the list may be out of date. */
    failure,
    followJobs,
    /** Puts an ended job away. */
    dismiss: (jobId: number) => (dismissed.value = new Set(dismissed.value).add(jobId)),
    /** Calls back when a job ends, however it does, until the returned function is called. */
    onEnded: (told: (job: Job) => void): (() => void) => {
      endings.add(told);
      return () => endings.delete(told);
    },
  };
});
