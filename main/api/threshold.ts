import type { Threshold } from '../store/thresholds.ts';
import type { Context } from './context.ts';

export interface SetThresholdRequest {
  readonly model: string;
  /** The model's first score when null. */
  readonly score: string | null;
  /** The share of normal images that may be flagged, in (0, 1): 0.01 for "1 in 100 normals". */
  readonly falseAlarmRate: number;
  readonly reason: string;
}

export interface ModelThreshold extends Threshold {
  readonly model: string;
}

export interface SetThreshold {
  readonly threshold: ModelThreshold;
  /** The held-out normals are too few to tell the rate from 0. */
  readonly tooFew: boolean;
}

export async function setThreshold(ctx: Context, request: SetThresholdRequest): Promise<SetThreshold> {
  return Promise.reject(new Error(`not built yet ${ctx.home} ${request.model}`));
}

/** Every version, newest first; of one score or of all. */
export async function listThresholds(
  ctx: Context,
  request: { readonly model: string; readonly score?: string },
): Promise<ModelThreshold[]> {
  return Promise.reject(new Error(`not built yet ${ctx.home} ${request.model}`));
}
