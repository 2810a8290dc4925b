import { type Ref, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { FitPoint } from '../../../preload/contract.ts';
import { api } from '../../api.ts';
import { latest } from '../charts/latest.ts';
import { joinPoints } from './fit-curves.ts';

/** A curve that is looked at need not be newer than this. */
const GAP_MS = 1500;

/**
 * The points of a run, read on whenever `progress` changes.
 * @param progress how far the run is, and whether it is running: something that changes when there may be more points
 */
export function usePoints(
  runId: () => number,
  progress: () => string,
): { points: Readonly<Ref<readonly FitPoint[]>>; error: Readonly<Ref<unknown>>; reload: () => void } {
  const points = shallowRef<readonly FitPoint[]>([]);
  const error = ref<unknown>(null);
  const asker = latest<{ runId: number; afterStep: number }, FitPoint[]>({
    ask: (question, signal) => api.jobs.points(question, { signal }),
    answered: (more) => {
      points.value = joinPoints(points.value, more);
      error.value = null;
    },
    failed: (failure) => (error.value = failure),
    gapMs: GAP_MS,
  });
  const reload = (): void => {
    // The last point is read again: what is held out is evaluated after the step, and may have been missing.
    asker.ask({ runId: runId(), afterStep: Math.max(0, (points.value.at(-1)?.step ?? 0) - 1) });
  };
  watch(
    runId,
    () => {
      asker.stop();
      points.value = [];
      reload();
    },
    { immediate: true },
  );
  watch(progress, reload);
  onScopeDispose(() => asker.stop());
  return { points, error, reload };
}
