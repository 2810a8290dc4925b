import type { Store } from '../../store/open.ts';
import { StoreError } from '../../store/store-error.ts';
import type { Context } from '../context.ts';
import { placesAtHand } from '../datasets/file-path.ts';
import { ServiceError } from '../service-error.ts';

/** Failed runs whose failure could not be recorded: their records say that this living process works on them. */
const unrecorded = new WeakMap<Store, Set<number>>();

/** Does a run's work; where it fails, the run's record says why, and the run can be continued. */
export async function recordFailure<T>(ctx: Context, runId: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'interrupted') throw error;
    try {
      ctx.store.runs.fail(
        runId,
        storable(ctx, runId, error instanceof Error ? error.message : String(error)),
      );
    } catch (second) {
      // A full disk fails twice: the first failure is the one to tell of.
      if (!(second instanceof StoreError)) throw second;
      const runs = unrecorded.get(ctx.store) ?? new Set();
      unrecorded.set(ctx.store, runs.add(runId));
    }
    throw error;
  }
}

/** As the run's record may hold it. */
function storable(ctx: Context, runId: number, message: string): string {
  const { datasetId } = ctx.store.runs.get(runId);
  const dataset = datasetId === null ? null : ctx.store.datasets.get(datasetId);
  if (dataset?.pseudonymised !== true) return message;
  return (
    placesAtHand(ctx, dataset)?.about(message) ?? 'The file that leads from pseudonyms to files is missing.'
  );
}

/** Marks as interrupted what no process works on any more. */
export function adoptAbandoned(ctx: Context): void {
  ctx.store.runs.adoptAbandoned();
  const runs = unrecorded.get(ctx.store);
  for (const id of runs ?? []) {
    ctx.store.runs.interrupt(id);
    runs?.delete(id);
  }
}
