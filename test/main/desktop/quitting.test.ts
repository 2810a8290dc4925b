import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { EXAMPLE } from '../cli/command-line.ts';
import {
  FakeUtilityProcess,
  app,
  dialog,
  onlyWindow,
  openWindows,
  powerSaveBlocker,
  resetElectron,
} from './fake-electron.ts';
import { connect, eventually, launched, quit } from './started-app.ts';

vi.mock('electron', async () => (await import('./fake-electron.ts')).electron);

vi.mock('../../../main/api/package.ts', async (original) =>
  (await import('./started-app.ts')).withPlantedPage(await original<object>()),
);

/** @returns the job of a fit that takes long, once it has begun */
async function fitting(api: ReturnType<typeof connect>['api']): Promise<number> {
  await api.datasets.add({
    root: join(EXAMPLE, 'fit'),
    name: 'brains',
    labelsFromSubfolders: false,
    pseudonymise: false,
  });
  const [dataset] = await eventually(async () => {
    const datasets = await api.datasets.list();
    // What a scan has found so far is there before it has finished.
    expect(datasets[0]?.fingerprint).toEqual(expect.any(String));
    return datasets;
  });
  const { jobId } = await api.jobs.fit({
    datasetId: dataset?.id ?? 0,
    name: 'brain',
    detector: 'glow',
    preset: 'tiny',
    generalModelId: null,
    seed: 1,
    steps: 5000,
    preparation: { fit: 'resize', height: 8, width: 8, channels: 1 },
    label: null,
    flipHorizontally: false,
  });
  await eventually(async () => expect((await api.jobs.list()).at(-1)?.done).toBeGreaterThan(0));
  return jobId;
}

describe('quitting', () => {
  it('closes the window, the database and the application', async () => {
    const home = await launched();
    expect(onlyWindow().close()).toBe(false);
    await eventually(() => expect(openWindows()).toHaveLength(0));
    expect(dialog.showMessageBox).not.toHaveBeenCalled();
    // A database that was closed leaves no log of what is still to be written.
    expect(existsSync(join(home, 'flowscreen.sqlite'))).toBe(true);
    expect(existsSync(join(home, 'flowscreen.sqlite-wal'))).toBe(false);
  });

  it('during a fit asks, goes on if told to, and otherwise saves what can be resumed', async () => {
    const home = await launched();
    const { api } = connect();
    await fitting(api);
    expect(powerSaveBlocker.start).toHaveBeenCalledWith('prevent-app-suspension');
    expect(onlyWindow().setProgressBar).toHaveBeenCalled();
    expect(FakeUtilityProcess.all[0]?.options).toMatchObject({ serviceName: 'flowscreen jobs' });

    dialog.showMessageBox.mockResolvedValueOnce({ response: 1, checkboxChecked: false });
    app.quit();
    await eventually(() => expect(dialog.showMessageBox).toHaveBeenCalledOnce());
    expect((await api.jobs.list()).at(-1)?.status).toBe('running');
    expect(openWindows()).toHaveLength(1);

    dialog.showMessageBox.mockResolvedValueOnce({ response: 0, checkboxChecked: false });
    await quit();
    expect(powerSaveBlocker.stop).toHaveBeenCalled();

    resetElectron();
    await launched(home);
    const [run] = await connect().api.jobs.runs({ kind: 'fit', modelId: null, datasetId: null });
    expect(run).toMatchObject({ status: 'interrupted', resumable: true });
  });

  it('is not needed where a job process dies: the job says so and can be resumed', async () => {
    await launched();
    const { api } = connect();
    const jobId = await fitting(api);
    for (const { child } of FakeUtilityProcess.all) child.kill('SIGKILL');
    await eventually(async () => {
      const job = (await api.jobs.list()).find(({ id }) => id === jobId);
      expect(job).toMatchObject({ status: 'failed', error: { kind: 'process-died' } });
    });
    expect((await api.system.info()).face).toBe('desktop');
  });
});
