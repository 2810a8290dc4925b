import { afterEach, describe, expect, it, vi } from 'vitest';
import { mayLeave } from '../../../main/desktop/leaving.ts';
import { followRunningJobs, progressOf } from '../../../main/desktop/running-jobs.ts';
import type { Job } from '../../../preload/contract.ts';
import { dialog, powerSaveBlocker, resetElectron } from './fake-electron.ts';

vi.mock('electron', async () => (await import('./fake-electron.ts')).electron);

afterEach(() => resetElectron());

const job = (changes: Partial<Job> = {}): Job => ({
  id: 1,
  title: 'Fit brain',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  device: null,
  runId: null,
  phase: 'training',
  done: 1,
  total: 4,
  imagesPerSecond: null,
  secondsLeft: null,
  notices: [],
  error: null,
  resumable: false,
  ...changes,
  status: changes.status ?? 'running',
  kind: 'example',
});

async function* told(...jobs: Job[]): AsyncGenerator<Job, void, undefined> {
  yield* await Promise.resolve(jobs);
}

describe('while jobs run', () => {
  it('the machine stays awake, once for all of them', async () => {
    const jobs = told(
      job(),
      job({ id: 2 }),
      job({ status: 'stopping' }),
      job({ status: 'stopped' }),
      job({ id: 2, status: 'done' }),
    );
    await followRunningJobs({ watch: () => jobs }, () => null, new AbortController().signal);
    expect(powerSaveBlocker.start.mock.calls).toEqual([['prevent-app-suspension']]);
    expect(powerSaveBlocker.stop.mock.calls).toEqual([[7]]);
  });

  it('it may sleep when the application ends in the middle', async () => {
    await followRunningJobs({ watch: () => told(job()) }, () => null, new AbortController().signal);
    expect(powerSaveBlocker.stop).toHaveBeenCalledOnce();
  });

  it('the taskbar shows how far they are', () => {
    expect(progressOf([job(), job({ id: 2, done: 3 })])).toBe(0.5);
    expect(progressOf([job({ done: 9 })])).toBe(1);
    // Electron draws what is more than 1 as "busy".
    expect(progressOf([job(), job({ total: null })])).toBeGreaterThan(1);
    expect(progressOf([job({ status: 'failed' })])).toBeNull();
  });
});

describe('leaving', () => {
  it('needs no question while nothing runs', async () => {
    expect(await mayLeave([job({ status: 'done' })], null)).toBe(true);
    expect(dialog.showMessageBox).not.toHaveBeenCalled();
  });

  it.each([
    [0, true],
    [1, false],
  ])('during a job asks, and answer %d means %s', async (response, go) => {
    dialog.showMessageBox.mockResolvedValueOnce({ response, checkboxChecked: false });
    expect(await mayLeave([job()], null)).toBe(go);
    const [question] = dialog.showMessageBox.mock.lastCall ?? [];
    // Escape and Enter keep it running.
    expect(question).toMatchObject({
      buttons: ['Save and quit', 'Keep running'],
      defaultId: 1,
      cancelId: 1,
    });
    expect(JSON.stringify(question)).toContain('Fit brain');
  });
});
