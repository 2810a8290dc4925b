import { openDevice } from '../../main/engine/devices.ts';
import type { Environment } from '../../models/device.ts';

/** The real CPU device; graphs are compiled each time, so that no test sees what another left. */
export async function cpuEnvironment(): Promise<Environment> {
  const device = await openDevice('cpu', () => {});
  return { device, graph: (_, compile) => Promise.resolve(compile()) };
}
