/** Where jobs run: in this process, or each in one of its own. Who runs a job need not know which. Files of a folder are always read apart. */
import type { Environment } from '../../models/device.ts';
import { type EncoderJob, type EncoderMessage, runEncoderJob } from './encoder-training.ts';
import { type EncoderFeatures, type EncoderTrial, tryEncoder } from './encoder-trial.ts';
import { type EnvironmentChoice, openEnvironment } from './environment.ts';
import { runFitJob } from './fit-job.ts';
import type { FitJob, FitMessage } from './fit-protocol.ts';
import { type HeatmapJob, type ImageMaps, imageMaps } from './heatmap-job.ts';
import { runLatentJob } from './latent-job.ts';
import type { LatentJob, LatentMessage } from './latent-protocol.ts';
import type { OpenedDevice } from './protocol.ts';
import { forkJobProcess } from './forked-process.ts';
import { type ScanJob, type ScanMessage, runScanJob } from './scan-job.ts';
import { type ScreenJob, type ScreenMessage, runScreenJob } from './screen-job.ts';
import { tryStep } from './step-trial.ts';
import type { StepTrial, TrialTimes } from './step-trial-protocol.ts';

export interface JobRunner {
  /**
   * The device that jobs run on, tried and opened at the first call: what needs no device starts at once.
   * @throws EngineError 'device-unavailable' | 'wrong-numbers'
   */
  device(): Promise<OpenedDevice>;
  /** Needs no device. @throws as {@link runScanJob} */
  scan(job: ScanRequest, signal: AbortSignal): AsyncGenerator<ScanMessage, void, undefined>;
  /** @throws as {@link runFitJob}; JobError 'process-died' */
  fit(job: FitJob, signal: AbortSignal): AsyncGenerator<FitMessage, void, undefined>;
  /** @throws as {@link runScreenJob}; JobError 'process-died' */
  screen(job: ScreenJob, signal: AbortSignal): AsyncGenerator<ScreenMessage, void, undefined>;
  /** @throws as {@link imageMaps}; JobError 'process-died' */
  maps(job: HeatmapJob): Promise<ImageMaps>;
  /** @throws as {@link tryStep}; JobError 'process-died' */
  tryStep(trial: StepTrial): Promise<TrialTimes>;
  /** @throws as {@link runEncoderJob}; JobError 'process-died' */
  trainEncoder(job: EncoderJob, signal: AbortSignal): AsyncGenerator<EncoderMessage, void, undefined>;
  /** @throws as {@link tryEncoder}; JobError 'process-died' */
  tryEncoder(trial: EncoderTrial): Promise<EncoderFeatures>;
  /** @throws as {@link runLatentJob}; JobError 'process-died' */
  lookInto(job: LatentJob, signal: AbortSignal): AsyncGenerator<LatentMessage, void, undefined>;
  /** Ends what is under way at once. */
  close(): void;
}

export type ScanRequest = Omit<ScanJob, 'background'>;

/** Jobs in this process, for a program that does one thing and ends. */
export class LocalJobs implements JobRunner {
  readonly #choice: EnvironmentChoice;
  readonly #notify: (message: string) => void;
  #environment: Promise<Environment> | null = null;

  constructor(choice: EnvironmentChoice, notify: (message: string) => void) {
    this.#choice = choice;
    this.#notify = notify;
  }

  async device(): Promise<OpenedDevice> {
    const { kind, label } = (await this.#opened()).device;
    return { kind, label };
  }

  scan(job: ScanRequest, signal: AbortSignal): AsyncGenerator<ScanMessage, void, undefined> {
    return runScanJob(forkJobProcess, { ...job, background: false }, signal);
  }

  async *fit(job: FitJob, signal: AbortSignal): AsyncGenerator<FitMessage, void, undefined> {
    yield* runFitJob(await this.#opened(), job, signal);
  }

  async *screen(job: ScreenJob, signal: AbortSignal): AsyncGenerator<ScreenMessage, void, undefined> {
    yield* runScreenJob(await this.#opened(), job, signal);
  }

  async maps(job: HeatmapJob): Promise<ImageMaps> {
    return imageMaps(await this.#opened(), job);
  }

  async tryStep(trial: StepTrial): Promise<TrialTimes> {
    return tryStep(await this.#opened(), trial);
  }

  async *trainEncoder(job: EncoderJob, signal: AbortSignal): AsyncGenerator<EncoderMessage, void, undefined> {
    yield* runEncoderJob(await this.#opened(), job, signal);
  }

  async tryEncoder(trial: EncoderTrial): Promise<EncoderFeatures> {
    return tryEncoder(await this.#opened(), trial);
  }

  async *lookInto(job: LatentJob, signal: AbortSignal): AsyncGenerator<LatentMessage, void, undefined> {
    yield* runLatentJob(await this.#opened(), job, signal);
  }

  close(): void {
    this.#environment = null;
  }

  #opened(): Promise<Environment> {
    return (this.#environment ??= openEnvironment(this.#choice, this.#notify));
  }
}
