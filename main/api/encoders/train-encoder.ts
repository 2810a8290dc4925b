import type { EncoderSummary } from '../../../preload/contract.ts';
import { describeEncoder } from '../../engine/encoders/describe-encoder.ts';
import { encoderFileOf } from '../../engine/encoders/encoder-file.ts';
import type { TrainedEncoder } from '../../jobs/encoder-training.ts';
import type { Run } from '../../store/runs.ts';
import { recordAction } from '../audit/actions.ts';
import { keepEncoder } from './add-encoder.ts';
import { loadCheckpoint, removeSuperseded, saveCheckpoint } from '../fit/checkpoints.ts';
import type { Context } from '../context.ts';
import { findDataset } from '../datasets/datasets.ts';
import { type EncoderRunSettings, encoderRunSettings } from './encoder-records.ts';
import { planEncoder } from './encoder-plan.ts';
import type { EncoderHooks, EncoderRequest } from './encoder-training-types.ts';
import { encoderSummaryOf } from './encoders.ts';
import { explained } from '../explained.ts';
import { type FitData, fitData } from '../fit/fit-data.ts';
import { FitPoints } from '../fit/fit-points.ts';
import { beginRun, takeUpRun } from '../jobs/begin-run.ts';
import { recordFailure } from '../jobs/record-failure.ts';
import { movedNotice, runToResume, startedWith } from '../jobs/run-to-resume.ts';
import { ServiceError } from '../service-error.ts';
import { versions } from '../versions.ts';

export type { EncoderEvent, EncoderHooks, EncoderRequest } from './encoder-training-types.ts';

const CHECKPOINT_SECONDS = 60;

/** What an image is told from is another. */
const LEAST_HELD_OUT = 2;

/**
 * Trains an encoder on a dataset by telling its images apart, and keeps it under a name.
 * @throws ServiceError 'invalid-request' | 'name-taken' | 'unknown-dataset' | 'unknown-label' | 'not-scanned' | 'folder-missing' |
 * 'no-images' | 'too-few-images' | 'dataset-changed' before anything is begun; 'interrupted' | 'training-unstable' after
 * @throws EngineError, StoreError when the device or the disk fails; the run can then be resumed
 */
export async function trainEncoder(
  ctx: Context,
  request: EncoderRequest,
  hooks: EncoderHooks,
): Promise<EncoderSummary> {
  const dataset = findDataset(ctx, request.dataset);
  const planned = planEncoder(ctx, request);
  const data = await fitData(ctx, dataset, request.label, planned.preparation);
  refuseTooFew(dataset.name, data);
  const device = await ctx.jobs.device();
  const plan: EncoderRunSettings = {
    ...planned,
    dataFingerprint: data.fingerprint,
    heldOutBy: data.heldOutBy,
    heldOutFingerprint: data.heldOutFingerprint,
  };
  const run = beginRun(
    ctx,
    {
      kind: 'encoder',
      modelId: null,
      datasetId: dataset.id,
      settings: plan,
      seed: request.seed,
      device: device.label,
    },
    (id) => subjectOf(id, plan),
  );
  return recordFailure(ctx, run.id, () => carryOut(ctx, { run, plan, data }, hooks));
}

/**
 * Continues an interrupted, failed or killed training from its last checkpoint, as if it had never stopped.
 * @throws ServiceError 'nothing-to-resume' | 'unknown-run' | 'cannot-resume' and as {@link trainEncoder}
 * @throws StoreError 'not-resumable' where another process works on it
 */
export async function resumeEncoder(
  ctx: Context,
  runId: number | 'latest',
  hooks: EncoderHooks,
): Promise<EncoderSummary> {
  const started = runToResume(ctx, 'encoder', runId);
  const { id } = started;
  const { plan, datasetId } = startedWith(started, 'encoder', encoderRunSettings);
  const dataset = ctx.store.datasets.get(datasetId);
  const data = await fitData(ctx, dataset, plan.label, plan.preparation);
  const same =
    data.fingerprint === plan.dataFingerprint &&
    data.heldOutBy === plan.heldOutBy &&
    data.heldOutFingerprint === plan.heldOutFingerprint;
  if (!same) {
    throw new ServiceError(
      'cannot-resume',
      `"${dataset.name}" holds other images, or would hold out others, than when run ${id} began, so that the run cannot be continued; train again.`,
    );
  }
  const device = await ctx.jobs.device();
  const run = takeUpRun(ctx, id, subjectOf(id, plan));
  const moved = movedNotice(run, device.label);
  if (moved !== null) hooks.onEvent({ kind: 'notice', message: moved });
  return recordFailure(ctx, run.id, () => carryOut(ctx, { run, plan, data }, hooks));
}

/** For the audit trail. */
function subjectOf(runId: number, { name }: EncoderRunSettings): string {
  return `training ${runId} of encoder ${name}`;
}

function refuseTooFew(dataset: string, { train, heldOut }: FitData): void {
  const count = heldOut.reduce((sum, { tiles }) => sum + tiles, 0);
  if (count >= LEAST_HELD_OUT && train.length > 0) return;
  throw new ServiceError(
    'too-few-images',
    `"${dataset}" has too few images to train an encoder: of those that are held out, one is told from others; add more images.`,
  );
}

interface Work {
  readonly run: Run;
  readonly plan: EncoderRunSettings;
  readonly data: FitData;
}

async function carryOut(ctx: Context, work: Work, hooks: EncoderHooks): Promise<EncoderSummary> {
  const { run, plan, data } = work;
  const saved = loadCheckpoint(ctx, run);
  const began = performance.now();
  const seconds = () => (saved?.progress.seconds ?? 0) + (performance.now() - began) / 1000;
  let replacedFiles = saved?.progress.replacedFiles ?? 0;
  for (const message of data.notices) hooks.onEvent({ kind: 'notice', message });
  const job = {
    root: data.root,
    preparation: plan.preparation,
    train: data.train,
    heldOut: data.heldOut,
    settings: plan.moco,
    seed: run.seed,
    checkpoint: saved?.checkpoint ?? null,
    checkpointSeconds: hooks.checkpointSeconds ?? CHECKPOINT_SECONDS,
  };
  const points = new FitPoints(ctx.store.runPoints, run.id);
  for await (const message of explained(ctx.jobs.trainEncoder(job, hooks.signal))) {
    points.take(message);
    switch (message.kind) {
      case 'started':
        hooks.onEvent({ ...message, runId: run.id });
        break;
      case 'image-replaced':
        replacedFiles = Math.max(replacedFiles, message.count);
        hooks.onEvent({ ...message, ...data.asStored(message) });
        break;
      case 'checkpoint':
        saveCheckpoint(ctx, run.id, message.checkpoint, {
          bestHash: null,
          seconds: seconds(),
          replacedFiles,
        });
        break;
      case 'stopped':
        ctx.store.transaction(() => {
          ctx.store.runs.interrupt(run.id);
          recordAction(ctx, { action: 'run stopped', subject: subjectOf(run.id, plan) });
        });
        throw new ServiceError(
          'interrupted',
          `The training of "${plan.name}" was stopped at step ${message.step} of ${plan.moco.run.schedule.totalSteps}; ` +
            `resume it to go on from there (run ${run.id}).`,
        );
      case 'trained':
        return keepTrained(ctx, work, message.trained, { seconds: seconds(), replacedFiles }, hooks);
      case 'compiling':
      case 'step':
      case 'evaluation':
      case 'unstable':
        hooks.onEvent(message);
        break;
    }
  }
  throw new RangeError('a training ends with a message that says how');
}

/** Its name gets a number where another took it meanwhile. */
async function keepTrained(
  ctx: Context,
  { run, plan, data }: Work,
  { onnx, ...reached }: TrainedEncoder,
  kept: { readonly seconds: number; readonly replacedFiles: number },
  hooks: EncoderHooks,
): Promise<EncoderSummary> {
  const { name: wanted, ...how } = plan;
  const name = ctx.store.encoders.find(wanted) === undefined ? wanted : `${wanted}-${run.id}`;
  if (name !== wanted) {
    const message = `Another encoder was named "${wanted}" meanwhile, so that this one is kept as "${name}".`;
    hooks.onEvent({ kind: 'notice', message });
  }
  const file = encoderFileOf(`${name}.onnx`, onnx);
  const described = describeEncoder(file);
  if (described.kind === 'asks') throw new RangeError('what is trained here describes itself');
  const count = (files: FitData['train']) => files.reduce((sum, { tiles }) => sum + tiles, 0);
  const record = await keepEncoder(ctx, file, {
    name,
    description: described.description,
    training: {
      ...how,
      ...reached,
      ...kept,
      dataset: ctx.store.datasets.get(data.datasetId).name,
      seed: run.seed,
      versions: versions(),
      device: (await ctx.jobs.device()).label,
      images: count(data.train),
      heldOutImages: count(data.heldOut),
    },
    runId: run.id,
  });
  removeSuperseded(ctx);
  return encoderSummaryOf(ctx, record.id);
}
