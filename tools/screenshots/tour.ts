/** Through every view, as a reviewer named Ada goes, with a picture of each. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { addFolder, choose, goTo } from '../../test/e2e/steps.ts';
import type { Camera } from './camera.ts';

const FIT_MS = 300_000;

interface Tour {
  readonly page: Page;
  readonly camera: Camera;
  /** The folder of images. */
  readonly images: string;
}

/** @throws Error where a step or a view does not come */
export async function tour({ page, camera, images }: Tour): Promise<void> {
  await page.getByRole('button', { name: 'Explore the bundled example' }).waitFor();
  await camera.take('welcome');
  await introduceAda(page);
  await addExample(page);
  const triage = page.url();
  await decide(page);
  await setThreshold(page, camera);
  await page.goto(triage);
  await lookAtTriage(page, camera);
  await lookAtCases(page, camera);
  await page.goto(triage);
  await page.getByRole('link', { name: 'Report', exact: true }).click();
  await page.getByRole('button', { name: 'Create PDF' }).waitFor();
  await page.getByText('4 cases').first().waitFor();
  await camera.take('report');
  await addDatasets(page, camera, images);
  await fit(page, camera);
  await compare(page, camera);
  await lookAtEncoders(page, camera);
  await lookAtRecords(page, camera);
}

async function introduceAda(page: Page): Promise<void> {
  await goTo(page, 'Settings');
  const name = page.getByRole('textbox', { name: 'Name' });
  await name.fill('Ada');
  await name.press('Enter');
  await page.getByText('Decisions are now recorded as Ada.').waitFor();
}

async function addExample(page: Page): Promise<void> {
  await goTo(page, 'Datasets');
  await page.getByRole('button', { name: 'Explore the bundled example' }).click();
  await page.getByRole('listbox', { name: 'Cases' }).getByRole('option').first().waitFor();
  await page.getByRole('button', { name: 'All 308' }).waitFor();
}

async function decide(page: Page): Promise<void> {
  const option = (at: number) => page.getByRole('listbox', { name: 'Cases' }).getByRole('option').nth(at);
  const keys = ['f', 'f', 'f', 'u', 'c', 'f'];
  for (const [at, key] of keys.entries()) {
    await option(at).click();
    await page.keyboard.press(key);
  }
  await note(page, option(0), 'T2 among FLAIR: wrong series, ask the archive.');
  await note(page, option(3), 'Motion? Compare with the slices beside it.');
  await page.getByRole('button', { name: 'Flagged 4' }).waitFor();
  await option(0).click();
}

async function note(page: Page, option: ReturnType<Page['locator']>, text: string): Promise<void> {
  await option.click();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'Note' });
  await dialog.getByRole('textbox').first().fill(text);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

async function setThreshold(page: Page, camera: Camera): Promise<void> {
  await page.getByRole('link', { name: 'Threshold', exact: true }).click();
  await page.getByRole('slider', { name: 'Threshold' }).waitFor();
  await page.getByLabel('Accept one false alarm in').fill('8');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await page.getByLabel('Reason, for the records').fill('agreed with the lab');
  await page.getByRole('button', { name: 'Save as version 1' }).click();
  await page.getByText('agreed with the lab').waitFor();
  await page.getByRole('heading', { name: 'Threshold', exact: true }).click();
  await camera.take('threshold');
  await page.getByRole('checkbox', { name: 'flair' }).check();
  await page.getByText(/AUROC/).first().waitFor();
  await page.mouse.move(700, 500);
  await page.mouse.wheel(0, 4000);
  await camera.take('curves');
}

async function lookAtTriage(page: Page, camera: Camera): Promise<void> {
  const options = page.getByRole('listbox', { name: 'Cases' }).getByRole('option');
  await options.nth(4).click();
  await options.nth(0).click();
  await camera.take('triage-list');
  await page.keyboard.press('g');
  await options.nth(8).waitFor();
  await camera.take('triage-grid');
  await page.keyboard.press('g');
}

async function lookAtCases(page: Page, camera: Camera): Promise<void> {
  await page.getByRole('listbox', { name: 'Cases' }).getByRole('option').nth(0).click();
  await page.keyboard.press('Enter');
  await page.getByRole('toolbar', { name: 'Heatmap' }).waitFor();
  await camera.take('case');
  await page.keyboard.press('2');
  await page.keyboard.press('l');
  await camera.take('case-scale');
  await page.keyboard.press('l');
  await page.keyboard.press('1');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await camera.take('keyboard');
  await page.keyboard.press('Escape');
}

async function addDatasets(page: Page, camera: Camera, images: string): Promise<void> {
  await goTo(page, 'Datasets');
  await page.getByRole('button', { name: 'Add a folder' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add a folder' });
  const folder = dialog.getByLabel('Folder', { exact: true });
  // The dialog sets the focus once it is open.
  await folder.and(page.locator(':focus')).waitFor();
  await folder.fill(join(images, 'to screen'));
  await dialog.getByLabel('Name', { exact: true }).fill('Scanner 3, this week');
  await dialog.getByLabel('The names of the subfolders are labels').check();
  await camera.take('add-folder');
  await dialog.getByRole('button', { name: 'Add and scan' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await addFolder(page, { path: join(images, 'normal'), name: 'Normal FLAIR' });
  await page.getByRole('row', { name: /Normal FLAIR.*77/ }).waitFor();
  await page.getByRole('row', { name: /Scanner 3.*308/ }).waitFor();
  await camera.take('datasets');
  await page.getByRole('link', { name: 'Scanner 3, this week', exact: true }).click();
  await page.getByRole('row').nth(5).waitFor();
  await camera.take('dataset');
}

async function fit(page: Page, camera: Camera): Promise<void> {
  for (const { name, seed, steps } of [
    { name: 'FLAIR, first try', seed: '1', steps: '160' },
    // Long enough to be seen at work, on a fast machine too.
    { name: 'FLAIR, another seed', seed: '2', steps: '1000' },
  ]) {
    await goTo(page, 'Fit');
    await choose(page, page.getByRole('combobox', { name: 'Dataset of normal images' }), /Normal FLAIR/);
    await choose(page, page.getByRole('combobox', { name: 'General model' }), /Example brain MRI/);
    await page.getByText('Advanced settings').click();
    await page.getByRole('textbox', { name: 'Seed' }).fill(seed);
    await page.getByRole('textbox', { name: 'Steps' }).fill(steps);
    await page.getByLabel('Also learn mirrored images').uncheck();
    await page.getByLabel('Name of the model').fill(name);
    await page.getByRole('button', { name: 'Start fitting' }).click();
    if (seed === '2') {
      await page
        .getByRole('definition')
        .filter({ hasText: /^[1-9][\d,]* of / })
        .first()
        .waitFor({ timeout: FIT_MS });
      await page.waitForTimeout(5000);
      await page.getByRole('banner').getByRole('button', { name: /FLAIR/ }).click();
      await camera.take('jobs');
      await page.keyboard.press('Escape');
    }
    await page.getByRole('heading', { name: 'What now' }).waitFor({ timeout: FIT_MS });
  }
  await page.getByRole('heading', { name: 'What now' }).click();
  await camera.take('fit-run');
  await goTo(page, 'Fit');
  await choose(page, page.getByRole('combobox', { name: 'Dataset of normal images' }), /Normal FLAIR/);
  // Measured on this machine, one after the other.
  await page
    .getByText(/measuring/)
    .first()
    .waitFor({ state: 'hidden', timeout: FIT_MS });
  await camera.take('fit');
  for (const name of ['FLAIR, first try', 'FLAIR, another seed']) {
    await page.getByRole('checkbox', { name: new RegExp(`Compare ${name}`) }).check();
  }
  await page.mouse.move(700, 500);
  await page.mouse.wheel(0, 4000);
  await camera.take('fit-history');
}

async function compare(page: Page, camera: Camera): Promise<void> {
  for (const model of ['FLAIR, first try', 'FLAIR, another seed']) {
    await goTo(page, 'Triage');
    const form = page.getByRole('region', { name: 'New screening' });
    await choose(page, form.getByRole('combobox', { name: 'Model' }), model);
    await choose(page, form.getByRole('combobox', { name: 'Dataset' }), /Scanner 3/);
    await form.getByRole('button', { name: 'Screen', exact: true }).click();
    await page.getByRole('button', { name: 'All 308' }).waitFor({ timeout: FIT_MS });
  }
  await page.getByRole('link', { name: 'Compare', exact: true }).click();
  await page.getByRole('checkbox', { name: 'flair', exact: true }).check();
  await page.getByRole('row', { name: /all together/ }).waitFor();
  await page.getByRole('heading', { name: /^Models on/ }).click();
  await camera.take('compare');
}

async function lookAtEncoders(page: Page, camera: Camera): Promise<void> {
  await goTo(page, 'Encoders');
  await page.getByRole('row', { name: /filter-bank/ }).waitFor();
  await page.getByRole('button', { name: 'Train an encoder' }).click();
  const dialog = page.getByRole('dialog', { name: 'Train an encoder' });
  await choose(page, dialog.getByRole('combobox', { name: 'Dataset to learn from' }), /Scanner 3/);
  const measuring = dialog.getByText(/measuring/).first();
  await measuring.waitFor();
  await measuring.waitFor({ state: 'hidden', timeout: FIT_MS });
  await camera.take('train-encoder');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
}

async function lookAtRecords(page: Page, camera: Camera): Promise<void> {
  await goTo(page, 'Models');
  await page.getByRole('row').nth(3).waitFor();
  await camera.take('models');
  await page.getByRole('link', { name: 'Example FLAIR' }).first().click();
  await page.getByRole('heading', { name: 'Model card' }).waitFor();
  await camera.take('model');
  await goTo(page, 'Activity');
  await page.getByText('model fitted').first().waitFor();
  await camera.take('activity');
  await goTo(page, 'Settings');
  await page.getByRole('textbox', { name: 'Name' }).waitFor();
  await camera.take('settings');
}
