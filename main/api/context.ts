import { join, resolve } from 'node:path';
import type { DeviceKind, Environment } from '../../models/device.ts';
import { openDevice } from '../engine/devices.ts';
import { cachedGraph, graphKey } from '../engine/graph-cache.ts';
import { type Store, openStore } from '../store/open.ts';

export interface ContextOptions {
  /** The folder of the database, the weights and the compiled graphs; made where it is missing. */
  readonly home: string;
  readonly device: DeviceKind | 'auto';
  /** Gets sentences for the user: another device was taken, a cache cannot be written. */
  readonly notify: (message: string) => void;
  /** Who works here, for the records. */
  readonly who: string;
}

/** What every service of the api works with. */
export interface Context {
  readonly store: Store;
  readonly home: string;
  readonly who: string;
  /**
   * The device, tried and opened at the first call: what needs no device starts at once.
   * @throws EngineError 'device-unavailable' | 'wrong-numbers'
   */
  environment(): Promise<Environment>;
  close(): void;
}

/** @throws StoreError 'newer-version' | 'corrupt' | 'busy' | 'disk-full' | 'read-only' | 'io' */
export function openContext({ home, device, notify, who }: ContextOptions): Promise<Context> {
  // A promise, though the store opens at once: the window's side will reach it through a process boundary.
  return Promise.resolve().then(() => {
    const folder = resolve(home);
    const store = openStore(folder);
    let environment: Promise<Environment> | null = null;
    const open = async (): Promise<Environment> => {
      const graphs = join(folder, 'graphs');
      return {
        device: await openDevice(device, notify),
        graph: (description, compile) =>
          cachedGraph(graphs, graphKey(description), compile, { report: notify }),
      };
    };
    return {
      store,
      home: folder,
      who,
      environment: () => (environment ??= open()),
      close: () => store.close(),
    };
  });
}
