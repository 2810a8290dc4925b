import type { Change, SystemInfo, WindowCommand } from '../../preload/contract.ts';
import type { Context } from './context.ts';
import type { JobCenter } from './jobs/job-center.ts';
import type { StepTrials } from './jobs/step-trials.ts';
import type { KeptPictures } from './pictures/kept-pictures.ts';
import type { MapService } from './pictures/map-service.ts';

/** What the handlers of a window's calls work with: one for each running program, however many windows it has. */
export interface App {
  readonly services: Context;
  readonly face: SystemInfo['face'];
  readonly changes: Changes;
  /** What the desktop's menu asks the window to do, until the signal aborts; in a browser nothing ever. */
  commands(signal: AbortSignal | undefined): AsyncGenerator<WindowCommand, void, undefined>;
  readonly jobs: JobCenter;
  readonly trials: StepTrials;
  readonly maps: MapService;
  /** Made for a look into a model. */
  readonly pictures: KeptPictures;
  /** The system's own folder dialog; null where it was closed or where there is none. */
  pickFolder(): Promise<string | null>;
  /** For those who mend the program: never file names of patients, never pixel data. */
  readonly logFailure: (what: string, error: unknown) => void;
}

/** Tells every window that something changed. */
export interface Changes {
  announce(topic: Change['topic']): void;
  /** Ends when the signal aborts. */
  follow(signal: AbortSignal | undefined): AsyncGenerator<Change, void, undefined>;
}
