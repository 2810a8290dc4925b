import type { Device, DeviceKind } from '../../models/device.ts';
import {
  type AcceleratorKind,
  AUTOMATIC,
  DEVICE_NAMES,
  adviceFor,
  isInstalled,
  platformAccelerators,
} from './accelerators.ts';
import { cpuNotice } from './cpu.ts';
import { EngineError } from './engine-error.ts';
import { openResident } from './resident.ts';
import { openProgram } from './session.ts';
import type { SessionPlace } from './session-settings.ts';
import { computeThreads } from './threads.ts';
import { type Trial, type TrialOutcome, outcomeOf, trainingTrial } from './trial.ts';
import type { TrialPlacement } from './trial-messages.ts';
import { TOLERANCE, tryDevice } from './try-device.ts';

/** A device on which a small training run gave the CPU's numbers. */
export interface AvailableDevice {
  readonly kind: DeviceKind;
  readonly available: true;
  /** As in {@link Device}. */
  readonly label: string;
  /** It computes on the CPU behind a graphics interface: right, but slower than the CPU itself. */
  readonly software: boolean;
  /** Time to load the trial's graph, and of its fastest step, in milliseconds. */
  readonly loadMs: number;
  readonly stepMs: number;
  /** Largest relative difference from the CPU's numbers; 0 for the CPU. */
  readonly difference: number;
  readonly placement: TrialPlacement;
}

export interface UnavailableDevice {
  readonly kind: DeviceKind;
  readonly available: false;
  readonly problem: 'device-unavailable' | 'wrong-numbers';
  /** One sentence: why not, and what to do. */
  readonly reason: string;
}

export type DiscoveredDevice = AvailableDevice | UnavailableDevice;

export interface EngineSettings {
  /** Threads that compute on the CPU; all physical cores when absent. */
  readonly threads?: number;
}

/**
 * Tries every device that this platform may have, CPU first; each other one in a process of its own.
 * @param settings `profile`: also find out which nodes fall off each device
 */
export async function discoverDevices(
  settings: EngineSettings & { readonly profile?: boolean } = {},
): Promise<DiscoveredDevice[]> {
  const bench = await cpuBench(settings.threads ?? computeThreads());
  const found: DiscoveredDevice[] = [bench.cpu];
  for (const kind of platformAccelerators())
    found.push(await discover(kind, bench, settings.profile ?? false));
  return found;
}

/**
 * Opens a device, after a small training run there gave the CPU's numbers.
 * `auto` takes the fastest that passes and is no software imitation; else the CPU, and says why through `notify`.
 * @param notify gets one sentence for the user
 * @throws EngineError 'device-unavailable' | 'wrong-numbers' when the device asked for cannot be used
 */
export async function openDevice(
  request: DeviceKind | 'auto',
  notify: (message: string) => void,
  settings: EngineSettings = {},
): Promise<Device> {
  const threads = settings.threads ?? computeThreads();
  const cpu: SessionPlace = { kind: 'cpu', label: cpuLabel(threads), threads };
  const onCpu = async (): Promise<Device> => {
    const notice = await cpuNotice();
    if (notice !== null) notify(notice);
    return deviceAt(cpu);
  };
  if (request === 'cpu') return onCpu();
  const bench = await cpuBench(threads);
  if (request !== 'auto') {
    const device = await discover(request, bench, false);
    if (!device.available) throw new EngineError(device.problem, device.reason);
    return deviceAt({ ...device, threads });
  }
  const reasons: string[] = [];
  for (const kind of platformAccelerators()) {
    if (!AUTOMATIC.includes(kind) || !isInstalled(kind)) continue;
    const device = await discover(kind, bench, false);
    if (device.available && !device.software) return deviceAt({ ...device, threads });
    reasons.push(
      device.available
        ? `${device.label} is no graphics card but an imitation, slower than the CPU.`
        : device.reason,
    );
  }
  notify(`Computing on the ${cpu.label}: ${reasons.join(' ') || 'this platform offers no other device.'}`);
  return onCpu();
}

function deviceAt({ kind, label, threads }: SessionPlace): Device {
  const place = { kind, label, threads };
  return {
    kind,
    label,
    trainingTarget: kind === 'cpu' ? 'cpu-training' : 'portable',
    scoringTarget: 'portable',
    load: (model) => openProgram(model, place),
    loadResident: (model, state) => openResident(model, state, place),
  };
}

function cpuLabel(threads: number): string {
  return threads === 1 ? 'CPU (1 thread)' : `CPU (${threads} threads)`;
}

/** What the other devices are held against. */
interface Bench {
  readonly cpu: AvailableDevice;
  readonly threads: number;
  readonly reference: TrialOutcome;
  /** The same training run, compiled for GPUs. */
  readonly portable: Trial;
}

async function cpuBench(threads: number): Promise<Bench> {
  const label = cpuLabel(threads);
  const trial = trainingTrial('cpu-training');
  const started = performance.now();
  const program = await openResident(trial.model, trial.state, { kind: 'cpu', label, threads });
  const loadMs = performance.now() - started;
  try {
    const { stepMs, ...reference } = await outcomeOf(trial, program);
    const placement = { status: 'known', nodes: 0, elsewhere: {} } as const;
    return {
      cpu: { kind: 'cpu', available: true, label, software: false, loadMs, stepMs, difference: 0, placement },
      threads,
      reference,
      portable: trainingTrial('portable'),
    };
  } finally {
    await program.dispose();
  }
}

async function discover(
  kind: AcceleratorKind,
  { threads, reference, portable }: Bench,
  profile: boolean,
): Promise<DiscoveredDevice> {
  const name = DEVICE_NAMES[kind];
  const unavailable = (problem: UnavailableDevice['problem'], reason: string): UnavailableDevice => ({
    kind,
    available: false,
    problem,
    reason,
  });
  if (!platformAccelerators().includes(kind)) {
    return unavailable('device-unavailable', `${name} does not exist on this platform; use another device.`);
  }
  if (!isInstalled(kind)) {
    return unavailable('device-unavailable', `${name} is not installed; ${adviceFor(kind)}.`);
  }
  const trial = await tryDevice(kind, { trial: portable, reference, threads, profile });
  switch (trial.status) {
    case 'fails':
      return unavailable(
        'device-unavailable',
        `${name} cannot be used (${trial.reason}); ${adviceFor(kind)}.`,
      );
    case 'wrong-numbers':
      return unavailable(
        'wrong-numbers',
        `${name} (${trial.adapter.name}) computes wrong numbers (off by ${trial.difference.toPrecision(2)}, where ` +
          `${TOLERANCE} is allowed); ${adviceFor(kind)}.`,
      );
    case 'works': {
      const { adapter, loadMs, stepMs, difference, placement } = trial;
      const label = `${name} (${adapter.name})`;
      return {
        kind,
        available: true,
        label,
        software: adapter.software,
        loadMs,
        stepMs,
        difference,
        placement,
      };
    }
  }
}
