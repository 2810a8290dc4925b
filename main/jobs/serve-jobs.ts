/** The side of a process that computes: it carries out what its parent asks, and keeps nothing on disk but compiled graphs. */
import type { Environment } from '../../models/device.ts';
import type { Preparation } from '../ingest/preparation-settings.ts';
import type { OpenScorer } from './detector.ts';
import { runEncoderJob } from './encoder-training.ts';
import { tryEncoder } from './encoder-trial.ts';
import { openEnvironment } from './environment.ts';
import { failureOf } from './failures.ts';
import { runFitJob } from './fit-job.ts';
import { openMapScorer, scoredMaps } from './heatmap-job.ts';
import { JobError } from './job-error.ts';
import type { JobParent } from './job-process.ts';
import { runLatentJob } from './latent-job.ts';
import { type FromJob, type ToJob, toJob } from './protocol.ts';
import { Request } from './request.ts';
import { runScreenJob } from './screen-job.ts';
import { tryStep } from './step-trial.ts';
import { yieldTheProcessor } from './yield-the-processor.ts';

/** What takes the messages of the parent. */
export function jobDesk(parent: JobParent): (message: unknown) => void {
  const desk = new Desk((message) => parent.post(message));
  return (message) => desk.take(toJob.parse(message));
}

class Desk {
  readonly #post: (message: FromJob) => void;
  readonly #requests = new Map<number, Request>();
  readonly #models = new Map<string, { scorer: OpenScorer; preparation: Preparation }>();
  #environment: Promise<Environment> | null = null;
  /** Maps and the models they need, one after the other. */
  #mapWork = Promise.resolve();

  constructor(post: (message: FromJob) => void) {
    this.#post = post;
  }

  take(message: ToJob): void {
    switch (message.kind) {
      case 'taken':
        this.#requests.get(message.id)?.taken();
        return;
      case 'page':
        this.#requests.get(message.id)?.page(message.files);
        return;
      case 'stop':
        this.#requests.get(message.id)?.stop();
        return;
      case 'load-model':
      case 'unload-model':
      case 'maps':
        this.#mapWork = this.#mapWork.then(() => this.#answer(message));
        return;
      case 'open':
      case 'fit':
      case 'screen':
      case 'step-trial':
      case 'train-encoder':
      case 'try-encoder':
      case 'look-into':
        void this.#answer(message);
        return;
    }
  }

  async #answer(message: Work): Promise<void> {
    const { id } = message;
    const request = new Request(id, this.#post);
    this.#requests.set(id, request);
    try {
      for await (const reply of this.#replies(message, request)) await request.reply(reply);
      this.#post({ kind: 'done', id });
    } catch (error) {
      this.#post({ kind: 'failed', id, failure: failureOf(error) });
    } finally {
      this.#requests.delete(id);
    }
  }

  async *#replies(message: Work, request: Request): AsyncGenerator<unknown, void, undefined> {
    switch (message.kind) {
      case 'open': {
        if (message.background) yieldTheProcessor();
        this.#environment = openEnvironment(message, (text) => this.#post({ kind: 'notice', message: text }));
        const { device } = await this.#environment;
        yield { kind: device.kind, label: device.label };
        return;
      }
      case 'fit':
        yield* runFitJob(await this.#opened(), message.job, request.signal);
        return;
      case 'screen': {
        const job = { ...message.job, pages: request.pages() };
        yield* runScreenJob(await this.#opened(), job, request.signal);
        return;
      }
      case 'step-trial':
        yield await tryStep(await this.#opened(), message.trial);
        return;
      case 'train-encoder':
        yield* runEncoderJob(await this.#opened(), message.job, request.signal);
        return;
      case 'try-encoder':
        yield await tryEncoder(await this.#opened(), message.trial);
        return;
      case 'look-into':
        yield* runLatentJob(await this.#opened(), message.job, request.signal);
        return;
      case 'load-model': {
        const { key, detector, preparation } = message;
        const scorer = await openMapScorer(await this.#opened(), detector, preparation);
        this.#models.set(key, { scorer, preparation });
        return;
      }
      case 'unload-model': {
        const model = this.#models.get(message.key);
        this.#models.delete(message.key);
        await model?.scorer.dispose();
        return;
      }
      case 'maps': {
        const { key, path, part, names } = message;
        const model = this.#models.get(key);
        if (model === undefined) throw new JobError('bad-message', 'The model of a heatmap was not loaded.');
        yield await scoredMaps(model.scorer, { path, part, names, preparation: model.preparation });
        return;
      }
    }
  }

  #opened(): Promise<Environment> {
    if (this.#environment !== null) return this.#environment;
    throw new JobError('bad-message', 'The device of a job was not opened.');
  }
}

type Work = Exclude<ToJob, { kind: 'taken' | 'page' | 'stop' }>;
