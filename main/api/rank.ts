import type { Context } from './context.ts';

/** A screening run, by its id or as the newest of a model on a dataset. */
export type RunChoice = { readonly run: number } | { readonly model: string; readonly dataset: string };

export type RankRequest = RunChoice & {
  /** The model's first score when null: the ratio where there is one, else the likelihood. */
  readonly score: string | null;
  readonly limit: number;
  readonly offset: number;
};

export interface RankedImage {
  /** From 1, the most anomalous first. */
  readonly rank: number;
  readonly fileId: number;
  readonly relativePath: string;
  readonly label: string | null;
  /** Higher is more anomalous, nats. */
  readonly value: number;
  /** Above the threshold in force; null where none is set. */
  readonly flagged: boolean | null;
  /** The file is no longer what was scored. */
  readonly contentChanged: boolean;
}

export interface FailedImage {
  readonly relativePath: string;
  readonly reason: string;
}

export interface Ranking {
  readonly runId: number;
  readonly model: string;
  readonly dataset: string;
  readonly status: 'running' | 'interrupted' | 'done' | 'failed';
  readonly score: string;
  readonly scores: readonly string[];
  /** Value of the threshold in force for this score. */
  readonly threshold: number | null;
  /** Images with this score. */
  readonly total: number;
  readonly failed: number;
  readonly images: readonly RankedImage[];
  /** The first of the files that failed. */
  readonly failures: readonly FailedImage[];
}

export async function rank(ctx: Context, request: RankRequest): Promise<Ranking> {
  return Promise.reject(new Error(`not built yet ${ctx.home} ${request.limit}`));
}
