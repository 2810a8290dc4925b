import type { Change, EncoderTrainingRequest, FitRequest, Job, Misfits } from '../../../preload/contract.ts';
import { checkListable } from '../../ingest/listable.ts';
import type { Context } from '../context.ts';
import { addDataset } from '../datasets/add-dataset.ts';
import { type AddDatasetRequest, knownDataset } from '../datasets/known-dataset.ts';
import { type RelinkRequest, relinkDataset } from '../datasets/relink.ts';
import { listedDataset } from '../datasets/datasets.ts';
import { planEncoder } from '../encoders/encoder-plan.ts';
import { encoderRunSettings } from '../encoders/encoder-records.ts';
import { addExample } from '../examples.ts';
import { checkScanned } from '../fit/fit-data.ts';
import { planFit } from '../fit/fit-plan.ts';
import { type FitHooks, type FittedModel, fitModel, resumeFit } from '../fit/fit.ts';
import { JobBoard } from './job-board.ts';
import { showEncoderEvent, showFitEvent, showScreenEvent } from './job-events.ts';
import { datasetName, encoderRequest, fitRequest, modelName, resumableRun } from './job-requests.ts';
import { fitRunSettings } from '../models/records.ts';
import { RunningJob, newJob } from './running-job.ts';
import { type ScreenHooks, planScreening, resumeScreening, screenDataset } from '../screening/screen.ts';
import { ServiceError } from '../service-error.ts';
import { type EncoderHooks, resumeEncoder, trainEncoder } from '../encoders/train-encoder.ts';
import { userFailure } from '../user-failure.ts';

/** The jobs of this program's lifetime, for every window that looks. Identifiers start anew with each program. */
export interface JobCenter {
  /** Oldest first. */
  list(): Job[];
  /** Every job as it is now, then each as it changes, a few times a second at most. Ends when the signal aborts. */
  watch(signal: AbortSignal | undefined): AsyncGenerator<Job, void, undefined>;
  /** Scans a folder. @returns the job's identifier. @throws ServiceError, IngestError when it cannot be scanned */
  scan(request: AddDatasetRequest): Promise<number>;
  /** Looks for a dataset's images in the folder where they lie now. @throws ServiceError 'unknown-dataset' */
  relink(request: RelinkRequest): Promise<number>;
  /** @throws ServiceError for a request that cannot be carried out */
  fit(request: FitRequest): Promise<number>;
  screen(request: ScreeningRequest): Promise<number>;
  /** @throws ServiceError for a request that cannot be carried out */
  trainEncoder(request: EncoderTrainingRequest): Promise<number>;
  /** Goes on with an interrupted or failed run. @throws ServiceError */
  resume(runId: number): Promise<number>;
  /** Datasets, models and a screening of the bundled example. */
  example(): Promise<number>;
  /** Saves where a job is and ends it; one that has ended stays as it is. @throws ServiceError 'unknown-job' */
  stop(jobId: number): Job;
  /** A sentence for the user that belongs to whatever runs. */
  notice(message: string): void;
  /** Stops all jobs and waits until they are saved. */
  close(): Promise<void>;
}

export interface ScreeningRequest {
  readonly modelId: number;
  readonly datasetId: number;
  /** Start anew although an unfinished run of this model and dataset could be continued. */
  readonly restart: boolean;
  /** What to do with images that do not fit the model; refused where absent. */
  readonly misfits?: Misfits | null;
}

export interface JobCenterOptions {
  readonly services: Context;
  /** Tells every window that something changed. */
  readonly changes: { announce(topic: Change['topic']): void };
  /** Gets what nobody foresaw. */
  readonly logFailure: (what: string, error: unknown) => void;
}

export function createJobCenter(options: JobCenterOptions): JobCenter {
  return new Jobs(options);
}

class Jobs implements JobCenter {
  readonly #ctx: Context;
  readonly #changes: JobCenterOptions['changes'];
  readonly #logFailure: JobCenterOptions['logFailure'];
  readonly #board = new JobBoard();
  readonly #running = new Map<number, { job: RunningJob<Job>; ended: Promise<void> }>();
  #lastId = 0;

  constructor({ services, changes, logFailure }: JobCenterOptions) {
    this.#ctx = services;
    this.#changes = changes;
    this.#logFailure = logFailure;
  }

  list(): Job[] {
    return this.#board.list();
  }

  watch(signal: AbortSignal | undefined): AsyncGenerator<Job, void, undefined> {
    return this.#board.watch(signal);
  }

  async scan(request: AddDatasetRequest): Promise<number> {
    const known = knownDataset(this.#ctx, request.root, request);
    // A folder that cannot be listed at all is refused here.
    await checkListable(request.root);
    const job = new RunningJob<ScanJob>(this.#board, {
      ...newJob(this.#newId(), `Scan ${request.name ?? known?.name ?? request.root}`),
      kind: 'scan',
      phase: 'reading files',
      datasetId: known?.id ?? null,
      readable: 0,
      skipped: 0,
      broken: 0,
      outcome: null,
    });
    return this.#run(job, async () => {
      try {
        const { id, scan } = await addDataset(this.#ctx, request, {
          signal: job.signal,
          onProgress: ({ scanned, filesPerSecond, ...progress }) =>
            job.set({ done: scanned, imagesPerSecond: filesPerSecond, ...progress }),
        });
        job.set({ datasetId: id, outcome: scan });
      } finally {
        // Also of a scan that failed: what was found is kept.
        this.#announce('datasets');
      }
    });
  }

  relink(request: RelinkRequest): Promise<number> {
    return Promise.resolve().then(() => {
      const { id: datasetId, name } = listedDataset(this.#ctx, request.id);
      const job = new RunningJob<RelinkJob>(this.#board, {
        ...newJob(this.#newId(), `Find ${name}`),
        kind: 'relink',
        phase: 'comparing files',
        datasetId,
        outcome: null,
      });
      return this.#run(job, async () => {
        try {
          const outcome = await relinkDataset(this.#ctx, request, {
            signal: job.signal,
            onProgress: ({ scanned, total, filesPerSecond, secondsLeft }) =>
              job.set({ done: scanned, total, imagesPerSecond: filesPerSecond, secondsLeft }),
          });
          job.set({ outcome });
        } finally {
          this.#announce('datasets');
        }
      });
    });
  }

  async fit(request: FitRequest): Promise<number> {
    const wanted = fitRequest(this.#ctx, request);
    planFit(this.#ctx, wanted);
    await checkScanned(this.#ctx, this.#ctx.store.datasets.get(request.datasetId));
    return this.#fit(request.name, request.datasetId, (hooks) => fitModel(this.#ctx, wanted, hooks));
  }

  async screen({ modelId, datasetId, restart, misfits = null }: ScreeningRequest): Promise<number> {
    const request = {
      model: modelName(this.#ctx, modelId),
      dataset: datasetName(this.#ctx, datasetId),
      batchSize: null,
      restart,
      misfits,
    };
    await planScreening(this.#ctx, request);
    return this.#screen(request.dataset, { modelId, datasetId }, (hooks) =>
      screenDataset(this.#ctx, request, hooks),
    );
  }

  async trainEncoder(request: EncoderTrainingRequest): Promise<number> {
    const wanted = encoderRequest(this.#ctx, request);
    planEncoder(this.#ctx, wanted);
    await checkScanned(this.#ctx, this.#ctx.store.datasets.get(request.datasetId));
    return this.#train(request.name, request.datasetId, (hooks) => trainEncoder(this.#ctx, wanted, hooks));
  }

  resume(runId: number): Promise<number> {
    return Promise.resolve().then(() => {
      const { kind, datasetId, modelId, settings } = resumableRun(this.#ctx, runId);
      if (kind === 'bench' || datasetId === null) {
        throw new ServiceError('cannot-resume', 'A benchmark cannot be resumed; run it again.');
      }
      // A job that has yet to take the run over would lose it to another.
      if ([...this.#running.values()].some(({ job }) => job.job.runId === runId)) {
        throw new ServiceError('cannot-resume', `Run ${runId} is being resumed already; watch it go on.`);
      }
      this.#forgetResumable(runId);
      if (kind === 'fit') {
        const plan = fitRunSettings.safeParse(settings);
        const name = plan.success ? plan.data.name : `run ${runId}`;
        return this.#fit(name, datasetId, (hooks) => resumeFit(this.#ctx, runId, hooks), runId);
      }
      if (kind === 'encoder') {
        const plan = encoderRunSettings.safeParse(settings);
        const name = plan.success ? plan.data.name : `run ${runId}`;
        return this.#train(name, datasetId, (hooks) => resumeEncoder(this.#ctx, runId, hooks), runId);
      }
      if (modelId === null) throw new RangeError(`screening ${runId} has no model`);
      const { name } = this.#ctx.store.datasets.get(datasetId);
      const ids = { modelId, datasetId };
      return this.#screen(name, ids, (hooks) => resumeScreening(this.#ctx, runId, hooks), runId);
    });
  }

  example(): Promise<number> {
    return Promise.resolve().then(() => {
      const job = new RunningJob<ExampleJob>(this.#board, {
        ...newJob(this.#newId(), 'Add the example'),
        kind: 'example',
      });
      return this.#run(job, async () => {
        try {
          const runId = await addExample(this.#ctx, {
            signal: job.signal,
            onProgress: (progress) => job.set(progress),
          });
          job.set({ runId });
        } finally {
          this.#announce('datasets', 'models', 'scores');
        }
      });
    });
  }

  stop(jobId: number): Job {
    const job = this.#board.get(jobId);
    this.#running.get(jobId)?.job.stop();
    return job.status === 'running' ? this.#board.get(jobId) : job;
  }

  notice(message: string): void {
    for (const { job } of this.#running.values()) job.notice(message);
  }

  async close(): Promise<void> {
    for (const { job } of this.#running.values()) job.stop();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  #fit(
    name: string,
    datasetId: number,
    work: (hooks: FitHooks) => Promise<FittedModel>,
    runId: number | null = null,
  ): number {
    const job = new RunningJob<FitJob>(this.#board, {
      ...newJob(this.#newId(), `Fit ${name}`),
      kind: 'fit',
      runId,
      datasetId,
      modelId: null,
      loss: null,
      heldOutLoss: null,
      unit: null,
      rejectedSteps: 0,
      unstable: false,
    });
    return this.#run(job, async () => {
      const { id } = await work({
        signal: job.signal,
        onEvent: (event) => {
          showFitEvent(job, event);
          if (event.kind === 'started') this.#announce();
        },
      });
      job.set({ modelId: id });
      this.#announce('models');
    });
  }

  #train(
    name: string,
    datasetId: number,
    work: (hooks: EncoderHooks) => Promise<{ readonly id: number | null }>,
    runId: number | null = null,
  ): number {
    const job = new RunningJob<EncoderJob>(this.#board, {
      ...newJob(this.#newId(), `Train ${name}`),
      kind: 'train-encoder',
      runId,
      datasetId,
      encoderId: null,
      loss: null,
      heldOutLoss: null,
      rejectedSteps: 0,
    });
    return this.#run(job, async () => {
      try {
        const { id } = await work({
          signal: job.signal,
          onEvent: (event) => {
            showEncoderEvent(job, event);
            if (event.kind === 'started') this.#announce('encoders');
          },
        });
        job.set({ encoderId: id });
      } finally {
        this.#announce('encoders');
      }
    });
  }

  #screen(
    dataset: string,
    ids: { readonly modelId: number; readonly datasetId: number },
    work: (hooks: ScreenHooks) => Promise<unknown>,
    runId: number | null = null,
  ): number {
    const job = new RunningJob<ScreenJob>(this.#board, {
      ...newJob(this.#newId(), `Screen ${dataset}`),
      kind: 'screen',
      runId,
      ...ids,
      failed: 0,
    });
    return this.#run(job, async () => {
      await work({
        signal: job.signal,
        onEvent: (event) => {
          showScreenEvent(job, event);
          // Each batch of results comes about once a second.
          this.#announce('scores');
        },
      });
    });
  }

  /** Does a job's work; however it ends, the board says so. @returns the job's number, at once */
  #run<J extends Job>(running: RunningJob<J>, work: () => Promise<void>): number {
    const { id } = running.job;
    const ended = this.#carriedOut(running, work).finally(() => {
      this.#running.delete(id);
      this.#announce();
    });
    this.#running.set(id, { job: running, ended });
    return id;
  }

  async #carriedOut<J extends Job>(running: RunningJob<J>, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      running.end({ status: 'done', error: null });
    } catch (error) {
      const interrupted = error instanceof ServiceError && error.kind === 'interrupted';
      running.end({ status: interrupted ? 'stopped' : 'failed', error: this.#told(running.job, error) });
    }
  }

  #told({ kind, id }: Job, error: unknown): { kind: string; message: string } {
    const failure = userFailure(error);
    if (failure !== null) return { kind: failure.kind, message: failure.message };
    // Not its title: that of a scan holds the folder's path.
    this.#logFailure(`job ${id}, a ${kind}, failed`, error);
    return { kind: 'internal', message: 'Something unforeseen happened; the log says what. Try again.' };
  }

  /** A run goes on under another job. */
  #forgetResumable(runId: number): void {
    for (const job of this.#board.list()) {
      if (job.runId === runId && job.resumable) this.#board.put({ ...job, resumable: false });
    }
  }

  #announce(...topics: Change['topic'][]): void {
    for (const topic of topics) this.#changes.announce(topic);
    // Whatever begins or ends is in the audit trail.
    this.#changes.announce('audit');
  }

  #newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

type RelinkJob = Extract<Job, { kind: 'relink' }>;
type ScanJob = Extract<Job, { kind: 'scan' }>;
type FitJob = Extract<Job, { kind: 'fit' }>;
type EncoderJob = Extract<Job, { kind: 'train-encoder' }>;
type ScreenJob = Extract<Job, { kind: 'screen' }>;
type ExampleJob = Extract<Job, { kind: 'example' }>;
