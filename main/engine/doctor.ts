import type { DeviceKind } from '../../models/device.ts';
import { cpuNotice } from './cpu.ts';
import { type EngineSettings, discoverDevices } from './devices.ts';
import type { TrialPlacement } from './trial-messages.ts';

/** What the doctor says of one device. */
export type DeviceReport =
  | {
      readonly kind: DeviceKind;
      readonly available: true;
      readonly label: string;
      readonly software: boolean;
      /** Time to load a tiny training graph, and of its fastest step, in milliseconds. */
      readonly loadMs: number;
      readonly stepMs: number;
      /** Largest relative difference from the CPU's numbers. */
      readonly difference: number;
      /** One sentence on what of the graph ran elsewhere; of the CPU, only where it is not reached as it should be. */
      readonly placement: string | null;
    }
  | { readonly kind: DeviceKind; readonly available: false; readonly reason: string };

/** Trains a tiny Glow on every device of this machine. Takes seconds; on a software adapter tens of seconds. */
export async function diagnose(settings: EngineSettings = {}): Promise<DeviceReport[]> {
  const devices = await discoverDevices({ ...settings, profile: true });
  const notice = await cpuNotice();
  return devices.map((device): DeviceReport => {
    if (!device.available) {
      const { kind, reason } = device;
      return { kind, available: false, reason };
    }
    const placement = device.kind === 'cpu' ? notice : placementSentence(device.placement);
    return { ...device, placement };
  });
}

export function placementSentence(placement: TrialPlacement): string {
  switch (placement.status) {
    case 'not-asked':
      return 'Where each node runs was not looked at.';
    case 'unknown':
      return `Where each node runs could not be found out (${placement.reason}).`;
    case 'known': {
      const { nodes, elsewhere } = placement;
      const fallen = Object.entries(elsewhere).sort(([, a], [, b]) => b - a);
      if (fallen.length === 0) return `All ${nodes} nodes run on the device.`;
      const count = fallen.reduce((sum, [, operators]) => sum + operators, 0);
      const list = fallen.map(([operator, operators]) => `${operators} ${operator}`).join(', ');
      return `${count} of ${nodes} nodes fall back to the CPU: ${list}.`;
    }
  }
}
