import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { HostTensors } from '../../models/device.ts';
import type { AcceleratorKind } from './accelerators.ts';
import { type Adapter, adapterOf } from './adapters.ts';
import { causeOf } from './engine-error.ts';
import { type Trial, type TrialOutcome, difference } from './trial.ts';
import { type TrialPlacement, type TrialReply, trialReply, type TrialRequest } from './trial-messages.ts';

/** Drivers that hang do so for ever; compiling every shader on a software adapter takes some ten seconds. */
const LONGEST_TRIAL_MS = 120_000;

/** How far a device's numbers may be from the CPU's, relatively. */
export const TOLERANCE = 1e-3;

export type DeviceTrial =
  | {
      readonly status: 'works';
      readonly adapter: Adapter;
      readonly difference: number;
      readonly loadMs: number;
      readonly stepMs: number;
      readonly placement: TrialPlacement;
    }
  | { readonly status: 'wrong-numbers'; readonly adapter: Adapter; readonly difference: number }
  | { readonly status: 'fails'; readonly reason: string };

/** Runs a trial on a device in a process of its own, and compares its numbers with the CPU's. */
export async function tryDevice(
  kind: AcceleratorKind,
  {
    trial,
    reference,
    threads,
    profile,
  }: {
    readonly trial: Trial;
    readonly reference: TrialOutcome;
    readonly threads: number;
    readonly profile: boolean;
  },
): Promise<DeviceTrial> {
  const { reply, log } = await ask({
    kind,
    label: kind,
    threads,
    profile,
    trial: {
      model: trial.model,
      batches: trial.batches.map(mutable),
      state: {
        initial: mutable(trial.state.initial),
        successors: { ...trial.state.successors },
        constants: mutable(trial.state.constants),
      },
    },
  });
  if (reply.status === 'failed') return { status: 'fails', reason: reply.reason };
  const adapter = adapterOf(log, reply.libraries);
  const apart = difference(reply, reference);
  // Written so that NaN counts as wrong.
  if (!(apart <= TOLERANCE)) return { status: 'wrong-numbers', adapter, difference: apart };
  const { loadMs, stepMs, placement } = reply;
  return { status: 'works', adapter, difference: apart, loadMs, stepMs, placement };
}

function mutable(tensors: HostTensors): TrialRequest['trial']['batches'][number] {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data, shape }]) => [name, { data, shape: [...shape] }]),
  );
}

function ask(request: TrialRequest): Promise<{ reply: TrialReply; log: string }> {
  // Beside this file, in the sources and in the build alike.
  const entry = join(
    import.meta.dirname,
    import.meta.filename.endsWith('.ts') ? 'trial-process.ts' : 'trial-process.js',
  );
  const child = fork(entry, {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: LONGEST_TRIAL_MS,
  });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text));
  return new Promise((resolve) => {
    let reply: TrialReply = { status: 'failed', reason: 'its driver ended the process' };
    child.on('message', (message) => {
      const parsed = trialReply.safeParse(message);
      reply = parsed.success ? parsed.data : { status: 'failed', reason: 'it gave no readable answer' };
    });
    child.once('error', (error) => {
      reply = { status: 'failed', reason: causeOf(error) };
      resolve({ reply, log });
    });
    child.once('close', (_, signal) => {
      if (signal === 'SIGTERM')
        reply = { status: 'failed', reason: 'it did not finish a small trial in time' };
      resolve({ reply, log });
    });
    child.send(request);
  });
}
