import type { FitRequest, Job } from '../../preload/contract.ts';
import type { AddDatasetRequest } from './datasets.ts';

/** The jobs of this program's lifetime, for every window that looks. Identifiers start anew with each program. */
export interface JobCenter {
  /** Oldest first. */
  list(): Job[];
  /** Every job as it is now, then each as it changes, a few times a second at most. Ends when the signal aborts. */
  watch(signal: AbortSignal | undefined): AsyncGenerator<Job, void, undefined>;
  /** Scans a folder. @returns the job's identifier. @throws ServiceError, IngestError when it cannot be scanned */
  scan(request: AddDatasetRequest): Promise<number>;
  /** @throws ServiceError for a request that cannot be carried out */
  fit(request: FitRequest): Promise<number>;
  screen(request: {
    readonly modelId: number;
    readonly datasetId: number;
    readonly restart: boolean;
  }): Promise<number>;
  /** Goes on with an interrupted or failed run. */
  resume(runId: number): Promise<number>;
  /** Datasets, models and a screening of the bundled example. */
  example(): Promise<number>;
  /** Saves where a job is and ends it; one that has ended stays as it is. @throws ServiceError 'unknown-job' */
  stop(jobId: number): Job;
  /** Stops all jobs and waits until they are saved. */
  close(): Promise<void>;
}
