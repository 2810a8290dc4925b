/** Work on the example's FLAIR slices that is done twice, to be compared. */
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../../main/api/context.ts';
import { type FittedModel, fitModel } from '../../../main/api/fit/fit.ts';
import { modelMetrics } from '../../../main/api/models/records.ts';
import { SMALL_FIT } from './small-fit.ts';
import { EXAMPLE, add, fitHooks, temporaryContext, temporaryFolder } from './workplace.ts';

/** A context that knows the slices as "flair". */
export async function flairContext(home?: string): Promise<Context> {
  const ctx = await temporaryContext(home);
  await add(ctx, join(EXAMPLE, 'fit'), 'flair');
  return ctx;
}

/** In one go, in this process: what the same fit must come to in any other way. */
export const fitWhole = (ctx: Context): Promise<FittedModel> =>
  fitModel(ctx, { ...SMALL_FIT, name: 'whole' }, fitHooks());

/** All that must not depend on how the work was done: not names and times. */
export function outcome(ctx: Context, model: FittedModel) {
  const { metrics, settings } = ctx.store.models.get(model.id);
  const { weightsHash, bestStep, steps, heldOutLoss, device } = model;
  const { heldOutScores, colourScales } = modelMetrics.parse(metrics);
  return {
    weightsHash,
    bestStep,
    steps,
    heldOutLoss,
    device,
    settings,
    heldOutScores,
    colourScales,
  };
}

/** Hooks that stop the fit at a step. */
export function stoppingAt(stop: number) {
  const controller = new AbortController();
  const hooks = fitHooks((event) => {
    if (event.kind === 'step' && event.step === stop) controller.abort();
  });
  return { ...hooks, signal: controller.signal };
}

/** How many images `manySlices` makes. */
export const MANY = 770;

/** A folder of links to the slices: more than one page of files and many batches, without copying them. */
export function manySlices(): string {
  const folder = temporaryFolder();
  for (let copy = 0; copy < 10; copy++) {
    mkdirSync(join(folder, String(copy)));
    for (const name of readdirSync(join(EXAMPLE, 'fit'))) {
      symlinkSync(join(EXAMPLE, 'fit', name), join(folder, String(copy), name));
    }
  }
  return folder;
}
