/** The parent's side of a process for jobs: the same calls as in-process jobs, and the same errors. */
import type { DeviceKind } from '../../models/device.ts';
import type { Preparation } from '../ingest/preparation-settings.ts';
import type { Part } from '../ingest/stored-image.ts';
import type { Detector } from './detector.ts';
import { encoderReply } from './encoder-protocol.ts';
import type { EncoderJob, EncoderMessage } from './encoder-training.ts';
import { type EncoderFeatures, type EncoderTrial, encoderFeatures } from './encoder-trial.ts';
import { errorOf } from './failures.ts';
import { type FitJob, type FitMessage, fitMessage } from './fit-protocol.ts';
import type { ImageMaps } from './heatmap-job.ts';
import { Inbox } from './inbox.ts';
import { type JobError, badMessage, processDied } from './job-error.ts';
import type { JobProcess } from './job-process.ts';
import { type LatentJob, type LatentMessage, latentMessage } from './latent-protocol.ts';
import {
  type FromJob,
  type OpenedDevice,
  fromJob,
  mapsReply,
  openedDevice,
  screenReply,
} from './protocol.ts';
import type { ScreenFile, ScreenJob, ScreenMessage } from './screen-job.ts';
import { type StepTrial, type TrialTimes, trialTimes } from './step-trial-protocol.ts';

export interface HostOptions {
  readonly device: DeviceKind | 'auto';
  readonly graphs: string;
  /** Whether it leaves the processor to others who want it. */
  readonly background: boolean;
  readonly notify: (message: string) => void;
}

type Answer = Exclude<FromJob, { kind: 'notice' }>;

export class JobHost {
  readonly #process: JobProcess;
  readonly #inboxes = new Map<number, Inbox<Answer>>();
  #lastId = 0;
  #ended: JobError | null = null;

  private constructor(process: JobProcess, notify: HostOptions['notify']) {
    this.#process = process;
    process.onMessage((message) => {
      const parsed = fromJob.safeParse(message);
      if (!parsed.success) this.#end(badMessage(parsed.error));
      else if (parsed.data.kind === 'notice') notify(parsed.data.message);
      else this.#inboxes.get(parsed.data.id)?.put(parsed.data);
    });
    process.onExit((how) => this.#end(processDied(how)));
  }

  /**
   * Takes a process that has just been started and opens its device.
   * @throws EngineError 'device-unavailable' | 'wrong-numbers'; JobError 'process-died'
   */
  static async open(
    process: JobProcess,
    { notify, ...settings }: HostOptions,
  ): Promise<{ host: JobHost; device: OpenedDevice }> {
    const host = new JobHost(process, notify);
    try {
      return { host, device: openedDevice.parse(await host.#ask({ kind: 'open', ...settings })) };
    } catch (error) {
      host.close();
      throw error;
    }
  }

  /** Whether it can still be asked. */
  get alive(): boolean {
    return this.#ended === null;
  }

  /** As runFitJob. @throws JobError 'process-died' too */
  async *fit(job: FitJob, signal: AbortSignal): AsyncGenerator<FitMessage, void, undefined> {
    for await (const reply of this.#converse({ kind: 'fit', job }, signal)) yield read(fitMessage, reply);
  }

  /** As runScreenJob. @throws JobError 'process-died' too */
  async *screen(
    { pages, ...job }: ScreenJob,
    signal: AbortSignal,
  ): AsyncGenerator<ScreenMessage, void, undefined> {
    for await (const reply of this.#converse({ kind: 'screen', job }, signal, pages)) {
      yield read(screenReply, reply);
    }
  }

  /** As tryStep. */
  async tryStep(trial: StepTrial): Promise<TrialTimes> {
    return read(trialTimes, await this.#ask({ kind: 'step-trial', trial }));
  }

  /** As runEncoderJob. @throws JobError 'process-died' too */
  async *trainEncoder(job: EncoderJob, signal: AbortSignal): AsyncGenerator<EncoderMessage, void, undefined> {
    for await (const reply of this.#converse({ kind: 'train-encoder', job }, signal)) {
      yield read(encoderReply, reply);
    }
  }

  /** As tryEncoder. */
  async tryEncoder(trial: EncoderTrial): Promise<EncoderFeatures> {
    return read(encoderFeatures, await this.#ask({ kind: 'try-encoder', trial }));
  }

  /** Loads a model for maps, under a key. */
  async loadModel(key: string, detector: Detector, preparation: Preparation): Promise<void> {
    await this.#ask({ kind: 'load-model', key, detector, preparation });
  }

  async unloadModel(key: string): Promise<void> {
    await this.#ask({ kind: 'unload-model', key });
  }

  /** As imageMaps, with a model that was loaded. */
  async maps(key: string, path: string, part: Part, names: readonly string[]): Promise<ImageMaps> {
    return read(mapsReply, await this.#ask({ kind: 'maps', key, path, part, names }));
  }

  /** As runLatentJob. @throws JobError 'process-died' too */
  async *lookInto(job: LatentJob, signal: AbortSignal): AsyncGenerator<LatentMessage, void, undefined> {
    for await (const reply of this.#converse({ kind: 'look-into', job }, signal)) {
      yield read(latentMessage, reply);
    }
  }

  /** Ends the process at once; what is under way fails. */
  close(): void {
    this.#end(processDied('ended by its parent'));
  }

  #end(error: JobError): void {
    if (this.#ended !== null) return;
    this.#ended = error;
    this.#process.kill();
    for (const inbox of this.#inboxes.values()) inbox.fail(error);
  }

  /** A request with one reply, or none. */
  async #ask(request: object): Promise<unknown> {
    let answer: unknown;
    for await (const reply of this.#converse(request)) answer = reply;
    return answer;
  }

  async *#converse(
    request: object,
    signal?: AbortSignal,
    pages?: ScreenJob['pages'],
  ): AsyncGenerator<unknown, void, undefined> {
    if (this.#ended !== null) throw this.#ended;
    const id = ++this.#lastId;
    const inbox = new Inbox<Answer>();
    this.#inboxes.set(id, inbox);
    const stop = () => this.#process.post({ kind: 'stop', id });
    const supply = pages === undefined ? null : pageByPage(pages);
    try {
      this.#process.post({ ...request, id });
      signal?.addEventListener('abort', stop, { once: true });
      if (signal?.aborted === true) stop();
      for (;;) {
        const message = await inbox.take();
        switch (message.kind) {
          case 'reply':
            yield message.reply;
            this.#process.post({ kind: 'taken', id });
            break;
          case 'page-wanted': {
            const page = await supply?.next();
            this.#process.post({ kind: 'page', id, files: page?.done === false ? page.value : null });
            break;
          }
          case 'done':
            return;
          case 'failed':
            throw errorOf(message.failure);
        }
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#inboxes.delete(id);
      await supply?.return();
    }
  }
}

async function* pageByPage(
  pages: ScreenJob['pages'],
): AsyncGenerator<readonly ScreenFile[], void, undefined> {
  yield* pages;
}

/** @throws JobError 'bad-message' */
function read<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false; error: Error } },
  reply: unknown,
): T {
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  throw badMessage(parsed.error);
}
