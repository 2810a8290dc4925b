import type { DeviceKind } from '../../../models/device.ts';
import { fileStamp } from '../../ingest/file-stamp.ts';
import type { Part } from '../../ingest/stored-image.ts';
import type { ImageMaps } from '../../jobs/heatmap-job.ts';
import { JobHost } from '../../jobs/host.ts';
import type { StartJobProcess } from '../../jobs/job-process.ts';
import { type Context, graphsFolder } from '../context.ts';
import { type KnownModel, knownModel, loadDetector } from '../models/known-models.ts';
import { MapCache } from './map-cache.ts';

/** Heatmaps while they are looked at: computed in a process that stays alive, and kept for going back and forth. */
export interface MapService {
  /**
   * The image as the model sees it, with the maps of all its scores.
   * @param path absolute
   * @throws ServiceError 'unreadable-model'; StoreError; IngestError when the file cannot be used; EngineError, JobError
   */
  maps(modelId: number, path: string, part: Part): Promise<ImageMaps>;
  /** Computes maps that will probably be asked for soon, when nothing else is asked for. */
  prefetch(modelId: number, path: string, part: Part): void;
  close(): void;
}

export interface MapServiceOptions {
  readonly services: Context;
  readonly start: StartJobProcess;
  readonly device: () => DeviceKind | 'auto';
  readonly notify: (message: string) => void;
}

export function createMapService(options: MapServiceOptions): MapService {
  return new Maps(options);
}

/** Models that the process keeps loaded: the one looked at and the one before. */
const MOST_MODELS = 2;
/** Prefetches that wait; whoever scrolls on no longer wants the older ones. */
const MOST_WAITING = 8;

interface Work {
  readonly key: string;
  readonly model: KnownModel;
  readonly path: string;
  readonly part: Part;
}

interface OpenProcess {
  readonly host: Promise<JobHost>;
  readonly device: string;
  /** Keys of loaded models, the one used last at the end. */
  loaded: string[];
}

class Maps implements MapService {
  readonly #options: MapServiceOptions;
  readonly #cache = new MapCache();
  /** Work that somebody waits for, or that is being done, by key. */
  readonly #pending = new Map<string, Promise<ImageMaps>>();
  readonly #prefetches: Work[] = [];
  /** What was asked for is done one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #asked = 0;
  #process: OpenProcess | null = null;
  #closed = false;

  constructor(options: MapServiceOptions) {
    this.#options = options;
  }

  async maps(modelId: number, path: string, part: Part): Promise<ImageMaps> {
    return this.#computed(await this.#workOf(modelId, path, part));
  }

  prefetch(modelId: number, path: string, part: Part): void {
    this.#workOf(modelId, path, part).then(
      (work) => {
        if (this.#cache.has(work.key) || this.#pending.has(work.key)) return;
        this.#prefetches.push(work);
        if (this.#prefetches.length > MOST_WAITING) this.#prefetches.shift();
        this.#prefetchNext();
      },
      // Whoever asks for these maps is told why there are none.
      () => undefined,
    );
  }

  close(): void {
    this.#closed = true;
    this.#prefetches.length = 0;
    this.#endProcess();
  }

  /** The key changes with the file, so that an image that was replaced gets new maps. */
  async #workOf(modelId: number, path: string, part: Part): Promise<Work> {
    const { store } = this.#options.services;
    const model = knownModel(store.models.get(modelId));
    const stamp = await fileStamp(path);
    return { key: JSON.stringify([modelId, path, part.frame, part.plane, stamp]), model, path, part };
  }

  #computed(work: Work): Promise<ImageMaps> {
    const { key } = work;
    const kept = this.#cache.get(key);
    if (kept !== undefined) return Promise.resolve(kept);
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending;
    this.#asked += 1;
    const maps = this.#last.then(() => this.#compute(work));
    this.#pending.set(key, maps);
    this.#last = maps.then(
      () => this.#finished(key),
      () => this.#finished(key),
    );
    return maps;
  }

  #finished(key: string): void {
    this.#pending.delete(key);
    this.#asked -= 1;
    this.#prefetchNext();
  }

  #prefetchNext(): void {
    if (this.#asked > 0 || this.#closed) return;
    const work = this.#prefetches.pop();
    // Whoever asks for it after it has failed is told why.
    if (work !== undefined) this.#computed(work).catch(() => undefined);
  }

  async #compute({ key, model, path, part }: Work): Promise<ImageMaps> {
    const host = await this.#hostWith(model);
    const maps = await host.maps(keyOf(model), path, part, model.scores);
    this.#cache.put(key, maps);
    return maps;
  }

  /** The process with the model loaded; started anew where it died or another device was chosen. */
  async #hostWith(model: KnownModel): Promise<JobHost> {
    const process = await this.#opened();
    const host = await process.host;
    const key = keyOf(model);
    if (!process.loaded.includes(key)) {
      const { services } = this.#options;
      await host.loadModel(key, loadDetector(services, model), model.preparation);
    }
    process.loaded = [...process.loaded.filter((each) => each !== key), key];
    while (process.loaded.length > MOST_MODELS) {
      const [oldest = ''] = process.loaded.splice(0, 1);
      await host.unloadModel(oldest);
    }
    return host;
  }

  async #opened(): Promise<OpenProcess> {
    const { services, start, device, notify } = this.#options;
    const choice = device();
    if (this.#process?.device === choice && (await isAlive(this.#process))) return this.#process;
    this.#endProcess();
    const graphs = graphsFolder(services.home);
    const host = JobHost.open(start('compute'), { device: choice, graphs, background: false, notify }).then(
      (opened) => opened.host,
    );
    this.#process = { host, device: choice, loaded: [] };
    return this.#process;
  }

  #endProcess(): void {
    const ending = this.#process;
    this.#process = null;
    ending?.host.then(
      (host) => host.close(),
      () => undefined,
    );
  }
}

async function isAlive({ host }: OpenProcess): Promise<boolean> {
  try {
    return (await host).alive;
  } catch {
    // It could not be opened; another attempt may say why.
    return false;
  }
}

function keyOf({ record }: KnownModel): string {
  return String(record.id);
}
