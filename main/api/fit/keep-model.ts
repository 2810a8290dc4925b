import type { FitFile } from '../../jobs/fit-file.ts';
import type { Fitted } from '../../jobs/fit-protocol.ts';
import { boundDetector } from '../../jobs/known-detectors.ts';
import type { Run } from '../../store/runs.ts';
import { recordAction } from '../audit/actions.ts';
import { removeSuperseded, saveWeights } from './checkpoints.ts';
import type { Context } from '../context.ts';
import type { FitImages } from './fit-images.ts';
import type { FitHooks, FittedModel } from './fit-types.ts';
import type { FitRunSettings, ModelMetrics } from '../models/records.ts';
import { versions } from '../versions.ts';

export interface FittedWork {
  readonly run: Run;
  readonly plan: FitRunSettings;
  readonly images: FitImages;
}

/** Saves a fitted model with its records and ends its run. Its name gets a number where another took it meanwhile. */
export async function keepModel(
  ctx: Context,
  { run, plan, images }: FittedWork,
  fitted: Fitted,
  { seconds, replacedFiles }: { seconds: number; replacedFiles: number },
  hooks: FitHooks,
): Promise<FittedModel> {
  const data = images.normal;
  const { parameters, ...figures } = fitted;
  const { method } = boundDetector(plan.settings.detector);
  const metrics: ModelMetrics = {
    ...figures,
    seconds,
    replacedFiles,
    images: tilesOf(data.train),
    heldOutImages: tilesOf(data.heldOut),
    heldOutBy: data.heldOutBy,
    inputs: data.inputs,
    heldOutFileIds: data.heldOut.map(({ id }) => id),
  };
  const weightsHash = saveWeights(ctx, parameters, plan.settings);
  const name = freeName(ctx, plan.name, run.id);
  if (name !== plan.name) {
    hooks.onEvent({
      kind: 'notice',
      message: `Another model was named "${plan.name}" meanwhile, so that this one is kept as "${name}".`,
    });
  }
  const device = await ctx.jobs.device();
  const model = ctx.store.transaction(() => {
    const record = ctx.store.models.create({
      name,
      detector: method.id,
      settings: plan.settings,
      preparation: plan.preparation,
      datasetId: data.datasetId,
      datasetName: ctx.store.datasets.get(data.datasetId).name,
      generalModelId: plan.generalModelId,
      weightsHash,
      seed: run.seed,
      versions: versions(),
      device: device.label,
      dataFingerprint: data.fingerprint,
      metrics,
    });
    ctx.store.runs.finish(run.id, record.id);
    recordAction(ctx, { action: 'model fitted', subject: `model ${name}`, newValue: weightsHash });
    return record;
  });
  removeSuperseded(ctx);
  const { heldOutLoss, steps, bestStep, rejectedSteps } = fitted;
  return {
    id: model.id,
    name: model.name,
    runId: run.id,
    weightsHash,
    detector: method.id,
    heldOutLoss,
    unit: method.unit,
    steps,
    bestStep,
    rejectedSteps,
    seconds,
    device: device.label,
  };
}

function freeName(ctx: Context, name: string, runId: number): string {
  return ctx.store.models.find(name) === undefined ? name : `${name}-${runId}`;
}

function tilesOf(files: readonly FitFile[]): number {
  return files.reduce((sum, { tiles }) => sum + tiles, 0);
}
