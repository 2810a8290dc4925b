import { ref, watch } from 'vue';
import { useRouter } from 'vue-router';
import { placeOf } from '../job-text.ts';
import { useJobs } from '../stores/jobs.ts';

/** Goes to what a job makes as soon as there is something to see, unless the user left the view before. */
export function useGoToRun(): (jobId: number) => void {
  const jobs = useJobs();
  const router = useRouter();
  const waitingFor = ref<number | null>(null);
  watch(
    () => (waitingFor.value === null ? null : jobs.byId(waitingFor.value)),
    (job) => {
      const place = job === null || job.status === 'failed' ? null : placeOf(job);
      if (place === null) return;
      waitingFor.value = null;
      void router.push(place.to);
    },
  );
  return (jobId) => (waitingFor.value = jobId);
}
