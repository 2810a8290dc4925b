/** The process that computes is killed in the middle: the window says so, and goes on from there when asked to. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser } from './browser.ts';
import { copySlices } from './folders.ts';
import { killJobProcess } from './job-processes.ts';
import { type Started, start } from './started.ts';
import { addFolder, choose, goTo } from './steps.ts';

const DIED = /The process that computes ended before it was done/;

describe.skipIf(noBrowser || process.platform === 'win32')('a job whose process is killed', () => {
  let started: Started;

  beforeAll(async () => {
    started = await start();
    const { page, folder } = started;
    copySlices('fit', join(folder, 'normal'), 40);
    for (const modality of ['flair', 't1', 't1c', 't2']) {
      for (const copy of ['a', 'b', 'c'])
        copySlices(`screen/${modality}`, join(folder, 'many', modality, copy), 75);
    }
    await addFolder(page, { path: join(folder, 'normal'), name: 'normal' });
    await addFolder(page, { path: join(folder, 'many'), name: 'many' });
    await page.getByRole('row', { name: /many.* 900/ }).waitFor();
  });

  afterAll(() => started.stop());

  it('is a fit that goes on to its model', async () => {
    const { page, program } = started;
    await goTo(page, 'Fit');
    await choose(page, page.getByRole('combobox', { name: 'Dataset of normal images' }), 'normal');
    await page.getByRole('radio', { name: /Tiny/ }).check();
    await page.getByLabel('Name of the model').fill('survivor');
    await page.getByRole('button', { name: 'Start fitting' }).click();
    await page.getByText(/^[1-5]\d of 60/).waitFor();
    killJobProcess(program.pid);
    await page.getByRole('alert').getByText(DIED).waitFor();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByRole('heading', { name: 'What now' }).waitFor({ timeout: 60_000 });
    await goTo(page, 'Models');
    await page.getByRole('link', { name: 'survivor' }).waitFor();
  });

  it('is a screening that goes on to its last image', async () => {
    const { page, program } = started;
    await goTo(page, 'Triage');
    await choose(page, page.getByRole('combobox', { name: 'Dataset' }), 'many');
    await page.getByRole('button', { name: 'Screen', exact: true }).click();
    const screening = page.getByRole('region', { name: 'Screenings' }).getByRole('row', { name: /many/ });
    await screening.getByText(/[1-9]\d* of 900 images/).waitFor();
    killJobProcess(program.pid);
    await screening.getByText(DIED).waitFor();
    await screening.getByRole('button', { name: 'Go on' }).click();
    await screening.getByRole('cell', { name: 'done', exact: true }).waitFor({ timeout: 60_000 });
    await screening.getByRole('link', { name: 'Open' }).click();
    await page.getByRole('button', { name: 'All 900' }).waitFor();
    expect(started.visitor.troubles).toEqual([]);
  });
});
