import { boundDetector } from '../../jobs/known-detectors.ts';
import { recordAction } from '../audit/actions.ts';
import { type SavedFit, loadCheckpoint, saveCheckpoint, saveWeights } from './checkpoints.ts';
import type { Context } from '../context.ts';
import { findDataset } from '../datasets/datasets.ts';
import { explained } from '../explained.ts';
import { classLabels, fitImages, imagesOfRun } from './fit-images.ts';
import { fitJobOf } from './fit-job-of.ts';
import { FitPoints } from './fit-points.ts';
import { planFit } from './fit-plan.ts';
import type { FitHooks, FitRequest, FittedModel } from './fit-types.ts';
import { type FittedWork, keepModel } from './keep-model.ts';
import { KeptStages } from './kept-stages.ts';
import { type KnownModel, knownModel } from '../models/known-models.ts';
import { beginRun, takeUpRun } from '../jobs/begin-run.ts';
import { recordFailure } from '../jobs/record-failure.ts';
import { type FitRunSettings, fitRunSettings } from '../models/records.ts';
import { movedNotice, runToResume, startedWith } from '../jobs/run-to-resume.ts';
import { ServiceError } from '../service-error.ts';

export type { FitHooks, FitJobEvent, FitRequest, FittedModel } from './fit-types.ts';

const CHECKPOINT_SECONDS = 60;

/**
 * Fits a detector on a dataset and keeps it under a name.
 * @throws ServiceError 'invalid-request' | 'name-taken' | 'unknown-detector' | 'unknown-encoder' | 'unknown-dataset' | 'unknown-model' |
 * 'unknown-label' | 'not-scanned' | 'folder-missing' | 'no-images' | 'too-few-images' | 'dataset-changed' | 'preparation-mismatch' |
 * 'preset-mismatch' before anything is begun; 'interrupted' | 'training-unstable' after
 * @throws FitDataError, FeatureError where the images do not serve the detector
 * @throws EngineError, EncoderError, StoreError when the device or the disk fails; the run can then be resumed
 */
export async function fitModel(ctx: Context, request: FitRequest, hooks: FitHooks): Promise<FittedModel> {
  const dataset = findDataset(ctx, request.dataset);
  const planned = planFit(ctx, request);
  const { preparation, generalModel } = planned;
  const images = await fitImages(ctx, {
    dataset,
    label: request.label,
    preparation,
    general: planned.general,
    exposure: planned.exposure,
    seed: request.seed,
  });
  const { normal, general, exposure } = images;
  const classes = classLabels(planned.detector.method, normal);
  const device = await ctx.jobs.device();
  const plan: FitRunSettings = {
    name: request.name,
    generalModelId: generalModel?.record.id ?? null,
    preparation,
    settings: planned.settings({
      classes,
      general: general?.used ?? null,
      exposure: exposure?.used ?? null,
    }),
    dataFingerprint: normal.fingerprint,
    heldOutBy: normal.heldOutBy,
    heldOutFingerprint: normal.heldOutFingerprint,
    generalDatasetId: general?.datasetId ?? null,
    exposureDatasetId: exposure?.datasetId ?? null,
  };
  const run = beginRun(
    ctx,
    {
      kind: 'fit',
      modelId: null,
      datasetId: dataset.id,
      settings: plan,
      seed: request.seed,
      device: device.label,
    },
    (id) => subjectOf(id, plan),
  );
  return recordFailure(ctx, run.id, () =>
    carryOut(ctx, { run, plan, images, generalModel, saved: null }, hooks),
  );
}

/**
 * Continues an interrupted, failed or killed fit from its last checkpoint, as if it had never stopped.
 * @throws ServiceError 'nothing-to-resume' | 'unknown-run' | 'cannot-resume' and as {@link fitModel}
 * @throws StoreError 'not-resumable' where another process works on it
 */
export async function resumeFit(
  ctx: Context,
  runId: number | 'latest',
  hooks: FitHooks,
): Promise<FittedModel> {
  const started = runToResume(ctx, 'fit', runId);
  const { id } = started;
  const { plan, datasetId } = startedWith(started, 'fit', fitRunSettings);
  const dataset = ctx.store.datasets.get(datasetId);
  const images = await imagesOfRun(ctx, { run: started, plan, dataset });
  const { generalModelId } = plan;
  const generalModel = generalModelId === null ? null : knownModel(ctx.store.models.get(generalModelId));
  const device = await ctx.jobs.device();
  const run = takeUpRun(ctx, id, subjectOf(id, plan));
  return recordFailure(ctx, run.id, () => {
    const saved = loadCheckpoint(ctx, run);
    const moved = movedNotice(run, device.label);
    if (moved !== null) hooks.onEvent({ kind: 'notice', message: moved });
    return carryOut(ctx, { run, plan, images, generalModel, saved }, hooks);
  });
}

/** For the audit trail. */
function subjectOf(runId: number, { name }: FitRunSettings): string {
  return `fit ${runId} of model ${name}`;
}

interface Work extends FittedWork {
  readonly generalModel: KnownModel | null;
  /** What an earlier session of the run came to. */
  readonly saved: SavedFit | null;
}

async function carryOut(ctx: Context, work: Work, hooks: FitHooks): Promise<FittedModel> {
  const { run, plan, images, saved } = work;
  const began = performance.now();
  const before = saved?.progress ?? null;
  const seconds = () => (before?.seconds ?? 0) + (performance.now() - began) / 1000;
  let replacedFiles = before?.replacedFiles ?? 0;
  let totalSteps = 0;
  const kept = new KeptStages(before);
  const { unit } = boundDetector(plan.settings.detector).method;
  for (const message of images.normal.notices) hooks.onEvent({ kind: 'notice', message });
  const job = fitJobOf(ctx, work, hooks.checkpointSeconds ?? CHECKPOINT_SECONDS);
  const points = new FitPoints(ctx.store.runPoints, run.id);
  for await (const message of explained(ctx.jobs.fit(job, hooks.signal))) {
    points.take(message);
    switch (message.kind) {
      case 'started':
        totalSteps = message.steps;
        hooks.onEvent({ ...message, runId: run.id, unit });
        break;
      case 'image-replaced':
        replacedFiles = Math.max(replacedFiles, message.count);
        hooks.onEvent({ ...message, ...images[message.of]?.asStored(message) });
        break;
      case 'checkpoint': {
        const { checkpoint, newBest, stage } = message;
        kept.take(stage, checkpoint, newBest === null ? null : saveWeights(ctx, newBest, plan.settings));
        saveCheckpoint(ctx, run.id, checkpoint, { ...kept.noted(), seconds: seconds(), replacedFiles });
        hooks.onEvent({ kind: 'checkpoint-saved', step: kept.steps });
        break;
      }
      case 'stopped':
        ctx.store.transaction(() => {
          ctx.store.runs.interrupt(run.id);
          recordAction(ctx, { action: 'run stopped', subject: subjectOf(run.id, plan) });
        });
        throw new ServiceError(
          'interrupted',
          `The fit of "${plan.name}" was stopped ${message.step === 0 ? 'before its first step' : `at step ${message.step} of ${totalSteps}`}; ` +
            `resume it to go on from there (run ${run.id}).`,
        );
      case 'fitted':
        return keepModel(ctx, work, message.fitted, { seconds: seconds(), replacedFiles }, hooks);
      case 'compiling':
      case 'step':
      case 'evaluation':
      case 'unstable':
      case 'notice':
      case 'next-stage':
      case 'finished':
        hooks.onEvent(message);
        break;
    }
  }
  throw new RangeError('a fit ends with a message that says how');
}
