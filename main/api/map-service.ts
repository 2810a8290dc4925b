import type { ImageMaps } from '../jobs/heatmap-job.ts';

/** Heatmaps while they are looked at: computed in a process that stays alive, and kept for going back and forth. */
export interface MapService {
  /**
   * The image as the model sees it, with the maps of all its scores.
   * @param path absolute
   * @throws ServiceError 'unknown-model'; IngestError when the file cannot be used; EngineError, JobError
   */
  maps(modelId: number, path: string): Promise<ImageMaps>;
  /** Computes maps that will probably be asked for soon, when nothing else is asked for. */
  prefetch(modelId: number, path: string): void;
  close(): void;
}
