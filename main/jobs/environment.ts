import type { DeviceKind, Environment } from '../../models/device.ts';
import { openDevice } from '../engine/devices.ts';
import { cachedGraph, graphKey } from '../engine/graph-cache.ts';

export interface EnvironmentChoice {
  readonly device: DeviceKind | 'auto';
  /** The folder of compiled graphs; made where it is missing. */
  readonly graphs: string;
}

/**
 * @param notify gets sentences for the user: another device was taken, a cache cannot be written
 * @throws EngineError 'device-unavailable' | 'wrong-numbers'
 */
export async function openEnvironment(
  { device, graphs }: EnvironmentChoice,
  notify: (message: string) => void,
): Promise<Environment> {
  return {
    device: await openDevice(device, notify),
    graph: (description, compile) => cachedGraph(graphs, graphKey(description), compile, { report: notify }),
  };
}
