import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { platformAccelerators } from '../../../main/engine/accelerators.ts';
import { discoverDevices, openDevice } from '../../../main/engine/devices.ts';
import { diagnose, placementSentence } from '../../../main/engine/doctor.ts';
import { computeThreads } from '../../../main/engine/threads.ts';
import { runChild } from './child.ts';
import { engineErrorOf } from './engine-error-of.ts';

/** Points the Vulkan loader at a driver that is not there, so that a machine with a GPU is tested like one without. */
const NO_DRIVER = { VK_ICD_FILENAMES: '/nowhere/driver.json', VK_DRIVER_FILES: '/nowhere/driver.json' };
const onLinux = process.platform === 'linux';
const title = onLinux
  ? 'a machine without a GPU'
  : 'a machine without a GPU (skipped: Vulkan, on Linux, can be told so)';

describe.skipIf(!onLinux)(title, () => {
  beforeEach(() => {
    for (const [name, value] of Object.entries(NO_DRIVER)) vi.stubEnv(name, value);
  });
  afterEach(() => void vi.unstubAllEnvs());

  it('computes on the CPU when asked to choose, and says why in one sentence', async () => {
    const notices: string[] = [];
    const device = await openDevice('auto', (message) => notices.push(message));
    expect(device).toMatchObject({ kind: 'cpu', trainingTarget: 'cpu-training', scoringTarget: 'portable' });
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/^Computing on the CPU \(\d+ threads?\): WebGPU cannot be used .*\.$/);
    expect(notices[0]).not.toContain('\n');
  });

  it('refuses WebGPU with what to do', async () => {
    const error = await engineErrorOf(openDevice('webgpu', () => expect.fail('nothing to notify')));
    expect(error.kind).toBe('device-unavailable');
    expect(error.message).toContain('use the CPU');
  });

  it('is described by the doctor, without a word from ONNX Runtime or the driver on the terminal', async () => {
    const { messages, terminal, code } = await runChild('devices.ts', NO_DRIVER);
    expect(terminal).toBe('');
    expect(code).toBe(0);
    const { reports } = z
      .object({ reports: z.array(z.looseObject({ kind: z.string() })) })
      .parse(messages[0]);
    const [cpu, ...others] = reports;
    expect(cpu).toMatchObject({
      kind: 'cpu',
      available: true,
      software: false,
      difference: 0,
      placement: null,
    });
    expect(others.find(({ kind }) => kind === 'webgpu')).toMatchObject({ available: false });
  });
});

describe('devices', () => {
  it('are the CPU and what ONNX Runtime was built with here, each available or with a reason', async () => {
    const devices = await discoverDevices();
    expect(devices.map(({ kind }) => kind)).toEqual(['cpu', ...platformAccelerators()]);
    for (const device of devices) {
      if (device.available) expect(device.stepMs).toBeGreaterThan(0);
      else expect(device.reason).toMatch(/^[A-Z].*; .*\.$/);
    }
  });

  it('of other platforms are refused by name', async () => {
    const foreign = process.platform === 'win32' ? 'coreml' : 'dml';
    const error = await engineErrorOf(openDevice(foreign, () => undefined));
    expect(error.kind).toBe('device-unavailable');
    expect(error.message).toContain('does not exist on this platform');
  });

  it('take the number of threads from the settings, else the physical cores', async () => {
    expect((await openDevice('cpu', () => undefined, { threads: 1 })).label).toBe('CPU (1 thread)');
    const threads = computeThreads();
    expect(threads).toBeGreaterThan(0);
    expect(threads).toBeLessThanOrEqual(16);
    const [cpu] = await diagnose();
    expect(cpu).toMatchObject({ label: threads === 1 ? 'CPU (1 thread)' : `CPU (${threads} threads)` });
  });
});

describe('the sentence on what falls off a device', () => {
  it('counts nodes and names their operators, most first', () => {
    const placement = { status: 'known', nodes: 20, elsewhere: { Split: 1, FusedMatMul: 3 } } as const;
    expect(placementSentence(placement)).toBe('4 of 20 nodes fall back to the CPU: 3 FusedMatMul, 1 Split.');
  });

  it('admits what could not be found out', () => {
    expect(placementSentence({ status: 'unknown', reason: 'no profile' })).toBe(
      'Where each node runs could not be found out (no profile).',
    );
  });
});
