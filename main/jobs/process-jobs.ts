import type { DeviceKind } from '../../models/device.ts';
import type { EncoderJob, EncoderMessage } from './encoder-training.ts';
import type { EncoderFeatures, EncoderTrial } from './encoder-trial.ts';
import type { FitJob, FitMessage } from './fit-protocol.ts';
import type { HeatmapJob, ImageMaps } from './heatmap-job.ts';
import { JobHost } from './host.ts';
import type { StartJobProcess } from './job-process.ts';
import type { LatentJob, LatentMessage } from './latent-protocol.ts';
import type { OpenedDevice } from './protocol.ts';
import type { JobRunner, ScanRequest } from './runner.ts';
import { type ScanMessage, runScanJob } from './scan-job.ts';
import type { ScreenJob, ScreenMessage } from './screen-job.ts';
import type { StepTrial, TrialTimes } from './step-trial-protocol.ts';

export interface ProcessJobsOptions {
  readonly start: StartJobProcess;
  /** Asked before each job: the choice may change while the program runs. */
  readonly device: () => DeviceKind | 'auto';
  /** The folder of compiled graphs. */
  readonly graphs: string;
  readonly notify: (message: string) => void;
}

interface Opened {
  readonly host: JobHost;
  readonly device: OpenedDevice;
}

/**
 * Each job in a process of its own, which ends with it: what it leaks is gone, and one that dies takes no other along.
 */
export class ProcessJobs implements JobRunner {
  readonly #options: ProcessJobsOptions;
  readonly #hosts = new Set<JobHost>();
  /** The device that a choice came to, and the process that found out: the next job takes it. */
  #found: { choice: string; device: Promise<OpenedDevice> } | null = null;
  #spare: { choice: string; opened: Opened } | null = null;

  constructor(options: ProcessJobsOptions) {
    this.#options = options;
  }

  device(): Promise<OpenedDevice> {
    const choice = this.#options.device();
    if (this.#found?.choice === choice) return this.#found.device;
    const device = this.#tryDevice(choice);
    this.#found = { choice, device };
    // A device that could not be opened is tried again.
    device.catch(() => (this.#found = null));
    return device;
  }

  scan(job: ScanRequest, signal: AbortSignal): AsyncGenerator<ScanMessage, void, undefined> {
    return runScanJob(this.#options.start, { ...job, background: true }, signal);
  }

  async *fit(job: FitJob, signal: AbortSignal): AsyncGenerator<FitMessage, void, undefined> {
    const host = await this.#take();
    try {
      yield* host.fit(job, signal);
    } finally {
      this.#end(host);
    }
  }

  async *screen(job: ScreenJob, signal: AbortSignal): AsyncGenerator<ScreenMessage, void, undefined> {
    const host = await this.#take();
    try {
      yield* host.screen(job, signal);
    } finally {
      this.#end(host);
    }
  }

  async maps({ path, part, names, preparation, detector }: HeatmapJob): Promise<ImageMaps> {
    const host = await this.#take();
    try {
      await host.loadModel('', detector, preparation);
      return await host.maps('', path, part, names);
    } finally {
      this.#end(host);
    }
  }

  async tryStep(trial: StepTrial): Promise<TrialTimes> {
    const host = await this.#take();
    try {
      return await host.tryStep(trial);
    } finally {
      this.#end(host);
    }
  }

  async *trainEncoder(job: EncoderJob, signal: AbortSignal): AsyncGenerator<EncoderMessage, void, undefined> {
    const host = await this.#take();
    try {
      yield* host.trainEncoder(job, signal);
    } finally {
      this.#end(host);
    }
  }

  async tryEncoder(trial: EncoderTrial): Promise<EncoderFeatures> {
    const host = await this.#take();
    try {
      return await host.tryEncoder(trial);
    } finally {
      this.#end(host);
    }
  }

  async *lookInto(job: LatentJob, signal: AbortSignal): AsyncGenerator<LatentMessage, void, undefined> {
    const host = await this.#take();
    try {
      yield* host.lookInto(job, signal);
    } finally {
      this.#end(host);
    }
  }

  close(): void {
    for (const host of this.#hosts) host.close();
    this.#hosts.clear();
    this.#spare = null;
  }

  async #tryDevice(choice: DeviceKind | 'auto'): Promise<OpenedDevice> {
    const opened = await this.#open(choice);
    if (this.#spare !== null) this.#end(this.#spare.opened.host);
    this.#spare = { choice, opened };
    return opened.device;
  }

  async #take(): Promise<JobHost> {
    const choice = this.#options.device();
    // What "auto" came to is not sought again.
    const { kind } = await this.device();
    const spare = this.#spare;
    if (spare?.choice !== choice || !spare.opened.host.alive) return (await this.#open(kind)).host;
    this.#spare = null;
    return spare.opened.host;
  }

  async #open(device: DeviceKind | 'auto'): Promise<Opened> {
    const { start, graphs, notify } = this.#options;
    const opened = await JobHost.open(start('compute'), { device, graphs, notify, background: true });
    this.#hosts.add(opened.host);
    return opened;
  }

  #end(host: JobHost): void {
    host.close();
    this.#hosts.delete(host);
  }
}
