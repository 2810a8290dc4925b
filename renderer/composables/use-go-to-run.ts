import { type ComputedRef, computed, ref, watch } from 'vue';
import { useRouter } from 'vue-router';
import type { Job } from '../../preload/contract.ts';
import { placeOf } from '../job-text.ts';
import { useJobs } from '../stores/jobs.ts';

interface GoToRun {
  readonly goToRun: (jobId: number) => void;
  /** The job that makes it, as it goes on; null while nothing is known of it. */
  readonly job: ComputedRef<Job | null>;
}

/**
 * Goes to what a job makes as soon as there is something to see, unless the user left the view before.
 * @param without called where the job ends with nothing to see
 */
export function useGoToRun(without: (job: Job) => void = () => undefined): GoToRun {
  const jobs = useJobs();
  const router = useRouter();
  const followed = ref<number | null>(null);
  let waiting = false;
  const job = computed(() => (followed.value === null ? null : jobs.byId(followed.value)));
  watch(job, (now) => {
    if (now === null || !waiting) return;
    const place = placeOf(now);
    if (place !== null) {
      waiting = false;
      void router.push(place.to);
    } else if (now.status === 'failed' || now.status === 'stopped') {
      waiting = false;
      followed.value = null;
      without(now);
    }
  });
  const goToRun = (jobId: number): void => {
    followed.value = jobId;
    waiting = true;
  };
  return { goToRun, job };
}
