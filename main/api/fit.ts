import type { Context } from './context.ts';
import type { FitHooks, FitRequest, FittedModel } from './fit-types.ts';

export type { FitHooks, FitJobEvent, FitRequest, FittedModel } from './fit-types.ts';

export async function fitModel(ctx: Context, request: FitRequest, hooks: FitHooks): Promise<FittedModel> {
  return Promise.reject(new Error(`not built yet ${ctx.home} ${request.name} ${hooks.signal.aborted}`));
}

export async function resumeFit(ctx: Context, run: number | 'latest', hooks: FitHooks): Promise<FittedModel> {
  return Promise.reject(new Error(`not built yet ${ctx.home} ${run} ${hooks.signal.aborted}`));
}
