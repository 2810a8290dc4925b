import type { Context } from './context.ts';

export interface ModelSummary {
  readonly id: number;
  readonly name: string;
  readonly detector: string;
  readonly preset: string;
  readonly dataset: string;
  readonly general: string | null;
  readonly seed: number;
  readonly device: string;
  /** UTC, ISO 8601. */
  readonly createdAt: string;
  readonly heldOutBitsPerDimension: number;
  /** Names of its scores, the one to look at first at the front. */
  readonly scores: readonly string[];
}

/** Newest first. */
export async function listModels(ctx: Context): Promise<ModelSummary[]> {
  return Promise.reject(new Error(`not built yet ${ctx.home}`));
}
