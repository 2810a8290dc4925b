import type { FitStart } from '../jobs/fit-job.ts';
import type { Run } from '../store/runs.ts';
import { recordAction } from './actions.ts';
import { loadCheckpoint, saveCheckpoint, saveWeights } from './checkpoints.ts';
import type { Context } from './context.ts';
import { findDataset } from './datasets.ts';
import { explained } from './explained.ts';
import { fitData } from './fit-data.ts';
import { FitPoints } from './fit-points.ts';
import { planFit } from './fit-plan.ts';
import type { FitHooks, FitRequest, FittedModel } from './fit-types.ts';
import { type KnownModel, knownModel, loadFlow } from './known-models.ts';
import { type FitRunSettings, fitRunSettings } from './records.ts';
import { type FittedWork, keepModel } from './keep-model.ts';
import { adoptAbandoned, recordFailure } from './record-failure.ts';
import { ServiceError } from './service-error.ts';

export type { FitHooks, FitJobEvent, FitRequest, FittedModel } from './fit-types.ts';

const CHECKPOINT_SECONDS = 60;

/**
 * Fits a detector on a dataset and keeps it under a name.
 * @throws ServiceError 'invalid-request' | 'name-taken' | 'unknown-dataset' | 'unknown-model' | 'unknown-label' |
 * 'not-scanned' | 'folder-missing' | 'no-images' | 'too-few-images' | 'dataset-changed' | 'preparation-mismatch' |
 * 'preset-mismatch' before anything is begun; 'interrupted' | 'training-unstable' after
 * @throws EngineError, StoreError when the device or the disk fails; the run can then be resumed
 */
export async function fitModel(ctx: Context, request: FitRequest, hooks: FitHooks): Promise<FittedModel> {
  const dataset = findDataset(ctx, request.dataset);
  const { settings, preparation, general } = planFit(ctx, request);
  const data = await fitData(ctx, dataset, request.label, preparation);
  const device = await ctx.jobs.device();
  const plan: FitRunSettings = {
    name: request.name,
    detector: request.detector,
    generalModelId: general?.record.id ?? null,
    preparation,
    settings,
    dataFingerprint: data.fingerprint,
    heldOutBy: data.heldOutBy,
    heldOutFingerprint: data.heldOutFingerprint,
  };
  const run = ctx.store.transaction(() => {
    const started = ctx.store.runs.start({
      kind: 'fit',
      modelId: null,
      datasetId: dataset.id,
      settings: plan,
      seed: request.seed,
      device: device.label,
    });
    recordAction(ctx, { action: 'run started', subject: subjectOf(started.id, plan) });
    return started;
  });
  const start: FitStart =
    general === null
      ? { kind: 'fresh' }
      : { kind: 'from-model', parameters: loadFlow(ctx, general).parameters };
  return recordFailure(ctx, run.id, () =>
    carryOut(ctx, { run, plan, data, general, start, before: NOTHING }, hooks),
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
  const { id, datasetId, settings } = resumable(ctx, runId);
  const plan = fitRunSettings.safeParse(settings);
  if (!plan.success || datasetId === null) {
    throw new ServiceError(
      'cannot-resume',
      `Run ${id} was started with a flowscreen whose settings this one cannot read; fit again.`,
      { cause: plan.error },
    );
  }
  const { generalModelId, preparation, dataFingerprint, heldOutFingerprint } = plan.data;
  const dataset = ctx.store.datasets.get(datasetId);
  const { label } = plan.data.settings;
  const data = await fitData(ctx, dataset, label, preparation, { keepAlike: heldOutFingerprint !== null });
  if (data.fingerprint !== dataFingerprint) {
    throw new ServiceError(
      'cannot-resume',
      `"${dataset.name}" holds other images than when run ${id} began, so that the run cannot be continued; fit again.`,
    );
  }
  if (data.heldOutBy !== plan.data.heldOutBy) {
    // Otherwise images that it has trained on would be held out to judge it.
    throw new ServiceError(
      'cannot-resume',
      `"${dataset.name}" is grouped by ${data.heldOutBy}, and was by ${plan.data.heldOutBy} when run ${id} began; group it as it was, or fit again.`,
    );
  }
  if (heldOutFingerprint !== null && heldOutFingerprint !== data.heldOutFingerprint) {
    throw new ServiceError(
      'cannot-resume',
      `Images of "${dataset.name}" look nearly the same by what its last scan found, and others would be held out than when run ${id} began; fit again.`,
    );
  }
  const general = generalModelId === null ? null : knownModel(ctx.store.models.get(generalModelId));
  const device = await ctx.jobs.device();
  const run = ctx.store.transaction(() => {
    recordAction(ctx, { action: 'run resumed', subject: subjectOf(id, plan.data) });
    return ctx.store.runs.resume(id);
  });
  return recordFailure(ctx, run.id, () => {
    const saved = loadCheckpoint(ctx, run);
    if (run.device !== device.label) {
      hooks.onEvent({
        kind: 'notice',
        message: `Run ${id} began on ${run.device} and goes on on ${device.label}: its last digits will differ.`,
      });
    }
    const fresh: FitStart =
      general === null
        ? { kind: 'fresh' }
        : { kind: 'from-model', parameters: loadFlow(ctx, general).parameters };
    const start: FitStart =
      saved === null ? fresh : { kind: 'resume', checkpoint: saved.checkpoint, best: saved.best };
    const before = saved?.progress ?? NOTHING;
    return carryOut(ctx, { run, plan: plan.data, data, general, start, before }, hooks);
  });
}

/** For the audit trail. */
function subjectOf(runId: number, { name }: FitRunSettings): string {
  return `fit ${runId} of model ${name}`;
}

/** What earlier sessions of a run have done. */
interface Before {
  readonly seconds: number;
  readonly replacedFiles: number;
  readonly bestHash: string | null;
}

const NOTHING: Before = { seconds: 0, replacedFiles: 0, bestHash: null };

interface Work extends FittedWork {
  readonly general: KnownModel | null;
  readonly start: FitStart;
  readonly before: Before;
}

function resumable(ctx: Context, runId: number | 'latest'): Run {
  adoptAbandoned(ctx);
  const fits = ctx.store.runs.list({ kind: 'fit' });
  if (runId === 'latest') {
    const latest = fits.find(({ status }) => status === 'interrupted' || status === 'failed');
    if (latest !== undefined) return latest;
    throw new ServiceError('nothing-to-resume', 'No fit was interrupted; start a new one.');
  }
  const run = fits.find(({ id }) => id === runId);
  if (run === undefined) throw new ServiceError('unknown-run', `There is no fit with the number ${runId}.`);
  if (run.status !== 'done') return run;
  throw new ServiceError('nothing-to-resume', `Fit ${runId} is finished; start a new one.`);
}

async function carryOut(ctx: Context, work: Work, hooks: FitHooks): Promise<FittedModel> {
  const { run, plan, data, before } = work;
  const began = performance.now();
  const seconds = () => before.seconds + (performance.now() - began) / 1000;
  let { replacedFiles, bestHash } = before;
  for (const message of data.notices) hooks.onEvent({ kind: 'notice', message });
  const job = {
    root: data.root,
    preparation: plan.preparation,
    train: data.train,
    heldOut: data.heldOut,
    glow: plan.settings.glow,
    settings: plan.settings.training,
    start: work.start,
    general: work.general === null ? null : loadFlow(ctx, work.general),
    checkpointSeconds: hooks.checkpointSeconds ?? CHECKPOINT_SECONDS,
  };
  const messages = explained(ctx.jobs.fit(job, hooks.signal));
  const points = new FitPoints(ctx.store.runPoints, run.id);
  for await (const message of messages) {
    points.take(message);
    switch (message.kind) {
      case 'started':
        hooks.onEvent({ ...message, runId: run.id });
        break;
      case 'image-replaced':
        replacedFiles = Math.max(replacedFiles, message.count);
        hooks.onEvent({ ...message, ...data.asStored(message) });
        break;
      case 'checkpoint': {
        const { checkpoint, newBest } = message;
        if (newBest !== null) bestHash = saveWeights(ctx, newBest, plan.settings);
        saveCheckpoint(ctx, run.id, checkpoint, { bestHash, seconds: seconds(), replacedFiles });
        hooks.onEvent({ kind: 'checkpoint-saved', step: checkpoint.step });
        break;
      }
      case 'stopped':
        ctx.store.transaction(() => {
          ctx.store.runs.interrupt(run.id);
          recordAction(ctx, { action: 'run stopped', subject: subjectOf(run.id, plan) });
        });
        throw new ServiceError(
          'interrupted',
          `The fit of "${plan.name}" was stopped at step ${message.step} of ${plan.settings.training.schedule.totalSteps}; ` +
            `resume it to go on from there (run ${run.id}).`,
        );
      case 'fitted':
        return keepModel(ctx, work, message.fitted, { seconds: seconds(), replacedFiles }, hooks);
      case 'compiling':
      case 'step':
      case 'evaluation':
      case 'unstable':
      case 'finished':
        hooks.onEvent(message);
        break;
    }
  }
  throw new RangeError('a fit ends with a message that says how');
}
