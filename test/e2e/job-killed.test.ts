/** The process that computes is killed in the middle: the window says so, and goes on from there when asked to. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser } from './browser.ts';
import { copySlices } from './folders.ts';
import { killJobProcess } from './job-processes.ts';
import { type Started, start } from './started.ts';
import { addFolder, choose, fitted, goTo, startFit } from './steps.ts';

const DIED = /The process that computes ended before it was done/;

describe.skipIf(noBrowser || process.platform === 'win32')('a job whose process is killed', () => {
  let started: Started;

  beforeAll(async () => {
    started = await start();
    const { page, folder } = started;
    copySlices('fit', join(folder, 'normal'), 40);
    for (const modality of ['flair', 't1', 't1c', 't2']) {
      for (const copy of ['a', 'b', 'c', 'd']) {
        copySlices(`screen/${modality}`, join(folder, 'many', modality, copy), 75);
      }
    }
    await addFolder(page, { path: join(folder, 'normal'), name: 'normal' });
    await addFolder(page, { path: join(folder, 'many'), name: 'many' });
    await page.getByRole('row', { name: /many.* 1,200/ }).waitFor();
  });

  afterAll(() => started.stop());

  it('is a fit that goes on to its model', async () => {
    const { page, program } = started;
    await goTo(page, 'Fit');
    await choose(page, page.getByRole('combobox', { name: 'Dataset of normal images' }), 'normal');
    // A small model would be there before anyone could kill it.
    await startFit(page, { preset: 'Quick', name: 'survivor', steps: 6 });
    await page.getByText(/^[1-4] of 6/).waitFor({ timeout: 60_000 });
    killJobProcess(program.pid);
    await page.getByRole('main').getByRole('alert').getByText(DIED).waitFor();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await fitted(page);
    await goTo(page, 'Models');
    await page.getByRole('link', { name: 'survivor' }).waitFor();
  });

  it('is a screening that goes on to its last image', async () => {
    const { page, program } = started;
    await goTo(page, 'Triage');
    await choose(page, page.getByRole('combobox', { name: 'Dataset' }), 'many');
    await page.getByRole('button', { name: 'Screen', exact: true }).click();
    await page.getByText(/[1-9]\d* of 1,200 images/).waitFor();
    killJobProcess(program.pid);
    await page.getByRole('main').getByRole('alert').getByText(DIED).waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'All 1,200' }).waitFor({ timeout: 90_000 });
    expect(started.visitor.troubles).toEqual([]);
  });
});
