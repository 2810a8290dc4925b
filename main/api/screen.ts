import type { Context } from './context.ts';

export interface ScreenRequest {
  readonly model: string;
  readonly dataset: string;
  /** Images scored at once; chosen by their size when null. */
  readonly batchSize: number | null;
  /** Start anew although an unfinished run of this model and dataset could be continued. */
  readonly restart?: boolean;
}

export type ScreenEvent =
  | {
      readonly kind: 'started';
      readonly runId: number;
      /** Files to do in all, those done before included. */
      readonly total: number;
      /** Done before, by the run that is continued. */
      readonly done: number;
      readonly device: string;
    }
  | {
      readonly kind: 'progress';
      readonly done: number;
      readonly total: number;
      readonly failed: number;
      /** Files per second. */
      readonly imagesPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly kind: 'finished'; readonly done: number; readonly failed: number };

export interface ScreenHooks {
  /** Aborting keeps what is scored and ends with a ServiceError 'interrupted'. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: ScreenEvent) => void;
}

export interface ScreenSummary {
  readonly runId: number;
  readonly model: string;
  readonly dataset: string;
  /** Files done, failed ones included. */
  readonly screened: number;
  readonly failed: number;
  /** Names of the scores, the one to look at first at the front. */
  readonly scores: readonly string[];
  readonly seconds: number;
  readonly device: string;
}

export async function screenDataset(
  ctx: Context,
  request: ScreenRequest,
  hooks: ScreenHooks,
): Promise<ScreenSummary> {
  return Promise.reject(new Error(`not built yet ${ctx.home} ${request.model} ${hooks.signal.aborted}`));
}
