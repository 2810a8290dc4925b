import { StoreError } from '../store/store-error.ts';
import type { Context } from './context.ts';
import { ServiceError } from './service-error.ts';

/** Does a run's work; where it fails, the run's record says why, and the run can be continued. */
export async function recordFailure<T>(ctx: Context, runId: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ServiceError && error.kind === 'interrupted') throw error;
    try {
      ctx.store.runs.fail(runId, error instanceof Error ? error.message : String(error));
    } catch (second) {
      // A full disk fails twice. The first failure is the one to tell of; when this process has ended, the run counts
      // as interrupted without a record.
      if (!(second instanceof StoreError)) throw second;
    }
    throw error;
  }
}
