import type { Context } from './context.ts';
import type { RunChoice } from './rank.ts';

export type EvaluateRequest = RunChoice & {
  /** Labels of normal images; all other labels are anomalies. */
  readonly normalLabels: readonly string[];
};

export interface ScoreEvaluation {
  readonly score: string;
  readonly normal: number;
  readonly anomalous: number;
  readonly auroc: number;
  /** 95 %, bootstrap over images. */
  readonly interval: { readonly low: number; readonly high: number };
}

export interface Evaluation {
  readonly runId: number;
  readonly model: string;
  readonly dataset: string;
  readonly normalLabels: readonly string[];
  readonly anomalousLabels: readonly string[];
  /** Images without a label, left out. */
  readonly unlabelled: number;
  readonly scores: readonly ScoreEvaluation[];
}

export async function evaluate(ctx: Context, request: EvaluateRequest): Promise<Evaluation> {
  return Promise.reject(new Error(`not built yet ${ctx.home} ${request.normalLabels.length}`));
}
