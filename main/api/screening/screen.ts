import type { Misfits } from '../../../preload/contract.ts';
import { scoringBatch } from '../../jobs/detector.ts';
import type { ScreenFile, ScreenResult } from '../../jobs/screen-job.ts';
import type { Dataset } from '../../store/datasets.ts';
import type { Run } from '../../store/runs.ts';
import { recordAction } from '../audit/actions.ts';
import { checkScanned } from '../fit/fit-data.ts';
import type { Context } from '../context.ts';
import { findDataset } from '../datasets/datasets.ts';
import { type Places, placesOf } from '../datasets/file-path.ts';
import { type KnownModel, findModel, loadDetector } from '../models/known-models.ts';
import { takeUpRun } from '../jobs/begin-run.ts';
import { adoptAbandoned, recordFailure } from '../jobs/record-failure.ts';
import { screenRunSettings } from '../models/records.ts';
import { type Admission, admit, leftOut, recordAdmission, remarksOf } from './screen-inputs.ts';
import { findScreenRun } from './screen-runs.ts';
import { ServiceError } from '../service-error.ts';

export interface ScreenRequest {
  readonly model: string;
  readonly dataset: string;
  /** Images scored at once; chosen by their size when null. */
  readonly batchSize: number | null;
  /** Start anew although an unfinished run of this model and dataset could be continued. */
  readonly restart?: boolean;
  /** What to do with images that are not of the kind that the model was fitted on; refused where absent. */
  readonly misfits?: Misfits | null;
}

export type ScreenEvent =
  | {
      readonly kind: 'started';
      readonly runId: number;
      /** Files to do in all, those done before included. */
      readonly total: number;
      /** Done before, by the run that is continued. */
      readonly done: number;
      readonly device: string;
    }
  | {
      readonly kind: 'progress';
      readonly done: number;
      readonly total: number;
      readonly failed: number;
      /** Files per second. */
      readonly imagesPerSecond: number;
      readonly secondsLeft: number;
    }
  /** A sentence for the user that stops nothing. */
  | { readonly kind: 'notice'; readonly message: string }
  | { readonly kind: 'finished'; readonly done: number; readonly failed: number };

export interface ScreenHooks {
  /** Aborting keeps what is scored and ends with a ServiceError 'interrupted'. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: ScreenEvent) => void;
}

export interface ScreenSummary {
  readonly runId: number;
  readonly model: string;
  readonly dataset: string;
  /** Files done, failed ones included. */
  readonly screened: number;
  readonly failed: number;
  /** Names of the scores, the one to look at first at the front. */
  readonly scores: readonly string[];
  /** Of this call; a continued run has taken longer. */
  readonly seconds: number;
  readonly device: string;
  /** What must be known beside the results, each a sentence. */
  readonly remarks: readonly string[];
}

const PAGE = 512;

/**
 * Scores every readable file of a dataset. An unfinished run of the same model and dataset is continued: files whose
 * content it has scored are not scored again.
 * @throws ServiceError 'unknown-model' | 'unknown-dataset' | 'not-scanned' | 'folder-missing' | 'no-images' |
 * 'invalid-request' | 'does-not-fit' | 'interrupted'
 * @throws StoreError 'not-resumable' where another process works on that run; EngineError when the device fails
 */
export async function screenDataset(
  ctx: Context,
  request: ScreenRequest,
  hooks: ScreenHooks,
): Promise<ScreenSummary> {
  const { model, dataset, batchSize, admission } = await planScreening(ctx, request);
  const device = await ctx.jobs.device();
  const run = ctx.store.transaction(() => {
    const resumed = request.restart === true ? null : continued(ctx, model, dataset, admission);
    const begun =
      resumed ??
      ctx.store.runs.start({
        kind: 'screen',
        modelId: model.record.id,
        datasetId: dataset.id,
        settings: { batchSize, ...admission },
        seed: model.record.seed,
        device: device.label,
      });
    recordAction(ctx, {
      action: resumed === null ? 'run started' : 'run resumed',
      subject: subjectOf(begun.id, dataset),
    });
    recordAdmission(ctx, subjectOf(begun.id, dataset), admission);
    return begun;
  });
  return recordFailure(ctx, run.id, () =>
    carryOut(ctx, { run, model, dataset, batchSize, admission }, hooks),
  );
}

/**
 * Whether a screening can begin.
 * @throws ServiceError as {@link screenDataset}, but for 'interrupted'
 */
export async function planScreening(
  ctx: Context,
  request: ScreenRequest,
): Promise<{ model: KnownModel; dataset: Dataset; batchSize: number; admission: Admission }> {
  const model = findModel(ctx, request.model);
  const dataset = findDataset(ctx, request.dataset);
  await checkScanned(ctx, dataset);
  const settings = screenRunSettings.safeParse({
    batchSize: request.batchSize ?? scoringBatch(model.preparation),
  });
  if (!settings.success) {
    throw new ServiceError('invalid-request', 'The batch must be a whole number of images, at least 1.');
  }
  if (ctx.store.files.countsByStatus(dataset.id).readable === 0) {
    throw new ServiceError('no-images', `"${dataset.name}" holds no readable image; choose another dataset.`);
  }
  const admission = admit(ctx, model, dataset, request.misfits ?? null);
  return { model, dataset, batchSize: settings.data.batchSize, admission };
}

/**
 * Goes on with a screening that was interrupted or failed, the newest of its model and dataset or not.
 * @throws ServiceError 'unknown-run' | 'nothing-to-resume' | 'cannot-resume' and as {@link screenDataset}
 */
export async function resumeScreening(
  ctx: Context,
  runId: number,
  hooks: ScreenHooks,
): Promise<ScreenSummary> {
  const { run: found, model, dataset } = findScreenRun(ctx, { run: runId });
  if (found.status === 'done') {
    throw new ServiceError('nothing-to-resume', `Screening ${runId} is finished; start a new one.`);
  }
  const settings = screenRunSettings.safeParse(found.settings);
  if (!settings.success) {
    throw new ServiceError(
      'cannot-resume',
      `Screening ${runId} was started with a flowscreen whose settings this one cannot read; screen again.`,
      { cause: settings.error },
    );
  }
  await checkScanned(ctx, dataset);
  const { batchSize, misfits } = settings.data;
  const admission = admit(ctx, model, dataset, misfits?.handling ?? null);
  // So that what is missing is known before the run is taken.
  await ctx.jobs.device();
  const run = takeUpRun(ctx, runId, subjectOf(runId, dataset));
  return recordFailure(ctx, run.id, () =>
    carryOut(ctx, { run, model, dataset, batchSize, admission }, hooks),
  );
}

/** The newest run of this model and dataset where it is unfinished and treats images that do not fit in the same way, taken over. */
function continued(
  ctx: Context,
  { record }: KnownModel,
  dataset: Dataset,
  { misfits }: Admission,
): Run | null {
  adoptAbandoned(ctx);
  const [newest] = ctx.store.runs.list({ kind: 'screen', modelId: record.id, datasetId: dataset.id });
  if (newest === undefined || newest.status === 'done') return null;
  const begun = screenRunSettings.safeParse(newest.settings);
  const isAlike = begun.success && begun.data.misfits?.handling.kind === misfits?.handling.kind;
  return isAlike ? ctx.store.runs.resume(newest.id) : null;
}

/** For the audit trail. */
function subjectOf(runId: number, { name }: Dataset): string {
  return `screening ${runId} of dataset ${name}`;
}

interface Work {
  readonly run: Run;
  readonly model: KnownModel;
  readonly dataset: Dataset;
  readonly batchSize: number;
  readonly admission: Admission;
}

async function carryOut(
  ctx: Context,
  { run, model, dataset, batchSize, admission }: Work,
  hooks: ScreenHooks,
): Promise<ScreenSummary> {
  const began = performance.now();
  const scored = ctx.store.scores.scoredFileIds(run.id);
  const unfit = [...leftOut(ctx, model, dataset, admission)].filter(({ fileId }) => !scored.has(fileId));
  ctx.store.scores.saveBatch(run.id, unfit);
  for (const { fileId } of unfit) scored.add(fileId);
  const { done: before, total } = countFiles(ctx, dataset, scored);
  const { label } = await ctx.jobs.device();
  const places = placesOf(ctx, dataset);
  const job = {
    root: places.root,
    preparation: model.preparation,
    detector: loadDetector(ctx, model),
    batchSize,
    pages: pagesToScore(ctx, dataset, places, scored),
  };
  for (const remark of remarksOf(admission)) {
    hooks.onEvent({ kind: 'notice', message: remark });
  }
  let done = before;
  for await (const message of ctx.jobs.screen(job, hooks.signal)) {
    switch (message.kind) {
      case 'started':
        hooks.onEvent({ kind: 'started', runId: run.id, total, done, device: message.device });
        break;
      case 'results': {
        const { results, filesPerSecond } = message;
        ctx.store.scores.saveBatch(
          run.id,
          results.map((result) => storable(ctx, places, result)),
        );
        done += results.length;
        hooks.onEvent({
          kind: 'progress',
          done,
          total,
          failed: ctx.store.scores.counts(run.id).failed,
          imagesPerSecond: filesPerSecond,
          secondsLeft: (total - done) / Math.max(filesPerSecond, Number.MIN_VALUE),
        });
        break;
      }
      case 'notice':
        hooks.onEvent(message);
        break;
      case 'stopped':
        ctx.store.transaction(() => {
          ctx.store.runs.interrupt(run.id);
          recordAction(ctx, { action: 'run stopped', subject: subjectOf(run.id, dataset) });
        });
        throw new ServiceError(
          'interrupted',
          `The screening of "${dataset.name}" was stopped after ${done} of ${total} files; screen it again to go on from there.`,
        );
    }
  }
  ctx.store.runs.finish(run.id);
  const { screened, failed } = ctx.store.scores.counts(run.id);
  hooks.onEvent({ kind: 'finished', done: screened, failed });
  return {
    runId: run.id,
    model: model.record.name,
    dataset: dataset.name,
    screened,
    failed,
    scores: model.scores,
    seconds: (performance.now() - began) / 1000,
    device: label,
    remarks: remarksOf(admission),
  };
}

/** A job works with the files as they are on disk, and says so where one fails. */
function storable(ctx: Context, places: Places, result: ScreenResult): ScreenResult {
  if (!('failure' in result)) return result;
  const file = ctx.store.files.get(result.fileId);
  return file === undefined ? result : { ...result, failure: places.aboutFile(result.failure, file) };
}

function countFiles(
  ctx: Context,
  dataset: Dataset,
  scored: ReadonlySet<number>,
): { done: number; total: number } {
  let done = 0;
  let total = 0;
  for (const { id } of ctx.store.files.readable(dataset.id)) {
    total += 1;
    if (scored.has(id)) done += 1;
  }
  return { done, total };
}

function* pagesToScore(
  ctx: Context,
  dataset: Dataset,
  places: Places,
  scored: ReadonlySet<number>,
): Generator<readonly ScreenFile[], void> {
  let page: ScreenFile[] = [];
  for (const file of ctx.store.files.readable(dataset.id)) {
    if (scored.has(file.id)) continue;
    page.push(places.onDisk(file));
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
