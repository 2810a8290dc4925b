import type { DeviceKind } from '../../models/device.ts';
import type { StartJobProcess } from '../jobs/job-process.ts';
import type { App } from './app.ts';
import { createChanges } from './changes.ts';
import { openContext } from './context.ts';
import { logError } from './error-log.ts';
import { createJobCenter } from './jobs/job-center.ts';
import { StepTrials } from './jobs/step-trials.ts';
import { KeptPictures } from './pictures/kept-pictures.ts';
import { createMapService } from './pictures/map-service.ts';
import { readSettings } from './settings.ts';
import type { WindowCommands } from './window-commands.ts';

export interface AppOptions {
  /** The folder of the database, the weights and the caches; made where it is missing. */
  readonly home: string;
  readonly face: App['face'];
  /** Where it is 'auto', the settings decide. */
  readonly device: DeviceKind | 'auto';
  /** Who works here, for the records. */
  readonly who: string;
  readonly startJobProcess: StartJobProcess;
  readonly pickFolder: App['pickFolder'];
  readonly commands: WindowCommands;
}

export interface OpenApp extends App {
  /** Stops what runs, waits until it is saved, and gives everything back. */
  close(): Promise<void>;
}

/**
 * The services of a window, whatever face it has.
 * @throws StoreError 'newer-version' | 'corrupt' | 'busy' | 'disk-full' | 'read-only' | 'io'
 */
export async function openApp({
  home,
  face,
  device,
  who,
  startJobProcess,
  pickFolder,
  commands,
}: AppOptions): Promise<OpenApp> {
  const chosenDevice = () => (device === 'auto' ? readSettings(services).device : device);
  const notify = (message: string) => jobs.notice(message);
  const services = await openContext({ home, device: chosenDevice, notify, who, startJobProcess });
  const logFailure = (what: string, error: unknown) => void logError(services.home, error, what);
  const changes = createChanges();
  const jobs = createJobCenter({ services, changes, logFailure });
  const maps = createMapService({ services, start: startJobProcess, device: chosenDevice, notify });
  return {
    services,
    face,
    changes,
    commands: (signal) => commands.follow(signal),
    jobs,
    trials: new StepTrials(services),
    maps,
    pictures: new KeptPictures(),
    pickFolder,
    logFailure,
    close: async () => {
      try {
        await jobs.close();
      } finally {
        maps.close();
        services.close();
      }
    },
  };
}
