import { type ComputedRef, type Ref, ref } from 'vue';
import type { Job } from '../../preload/contract.ts';
import { sentenceOf } from '../failure.ts';
import { useGoToRun } from './use-go-to-run.ts';

interface StartJob {
  /** Until the view is left for what the job makes, or it came to nothing. */
  readonly starting: Ref<boolean>;
  readonly failure: Ref<string | null>;
  readonly job: ComputedRef<Job | null>;
  /** @param ask gives null where the user is asked something first */
  readonly start: (ask: () => Promise<{ readonly jobId: number } | null>) => Promise<void>;
}

/**
 * Starts jobs from a form: goes to what one makes, or says why it came to nothing.
 * @param endedEarly said of a job that ended with nothing to see and without a reason
 */
export function useStartJob(endedEarly: string): StartJob {
  const starting = ref(false);
  const failure = ref<string | null>(null);
  const fail = (sentence: string): void => {
    failure.value = sentence;
    starting.value = false;
  };
  const { goToRun, job } = useGoToRun(({ error }) => fail(error?.message ?? endedEarly));
  const start: StartJob['start'] = async (ask) => {
    if (starting.value) return;
    starting.value = true;
    failure.value = null;
    try {
      const started = await ask();
      if (started === null) starting.value = false;
      else goToRun(started.jobId);
    } catch (error) {
      fail(sentenceOf(error));
    }
  };
  return { starting, failure, job, start };
}
