/** Detectors beside the one that is offered first: chosen, fitted and screened with in the window, by the real program. */
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser } from './browser.ts';
import { copySlices } from './folders.ts';
import { type Started, start } from './started.ts';
import { addFolder, choose, fitted, goTo } from './steps.ts';

describe.skipIf(noBrowser)('another detector', () => {
  let started: Started;
  const field = (name: string): Locator => started.page.getByRole('combobox', { name, exact: true });

  beforeAll(async () => {
    started = await start();
    const { folder, page } = started;
    copySlices('fit', join(folder, 'normal'), 24);
    for (const modality of ['flair', 't2']) {
      copySlices(`screen/${modality}`, join(folder, 'mixed', modality), 16);
    }
    await addFolder(page, { path: join(folder, 'normal'), name: 'normal slices' });
    await goTo(page, 'Datasets');
    await addFolder(page, { path: join(folder, 'mixed'), name: 'mixed slices', labels: true });
    await page.getByRole('row', { name: /mixed slices.*32/ }).waitFor();
    await goTo(page, 'Fit');
  });

  afterAll(() => started.stop());

  /** By typing how it begins, as one does in a long list. */
  async function chooseDetector(beginning: string, title: string): Promise<void> {
    await field('Detector').focus();
    await started.page.keyboard.type(beginning);
    await started.page.locator('.v-select__selection-text', { hasText: title }).waitFor();
  }

  async function screenMixed(): Promise<number[]> {
    const { page } = started;
    await choose(page, field('Screen a dataset with it'), /mixed slices/);
    await page.getByRole('button', { name: 'Screen', exact: true }).click();
    await page.getByRole('button', { name: 'All 32' }).waitFor({ timeout: 60_000 });
    const options = page.getByRole('listbox', { name: 'Cases' }).getByRole('option');
    await options.nth(10).waitFor();
    const texts = await options.locator('.score').allInnerTexts();
    return texts.map((text) => Number(text.replaceAll('−', '-').replaceAll(',', '')));
  }

  it('is asked for what it needs, and for nothing else', async () => {
    const { page } = started;
    await choose(page, field('Dataset of normal images'), /normal slices/);
    expect(await field('General model').count()).toBe(1);
    await chooseDetector('nearest', 'Nearest neighbours');
    expect(await field('General model').count()).toBe(0);
    expect(await field('Images that stand for anomalies').count()).toBe(0);
    await page.getByText('filter-bank', { exact: true }).waitFor();
    await page.getByText('Advanced settings').click();
    expect(await page.getByRole('textbox', { name: 'Steps' }).count()).toBe(0);
  });

  it('is still chosen when one comes back to the form', async () => {
    const { page } = started;
    await page.getByRole('link', { name: 'Add or train an encoder' }).click();
    await page.getByRole('heading', { name: 'Encoders', exact: true }).waitFor();
    await goTo(page, 'Fit');
    await page.locator('.v-select__selection-text', { hasText: 'Nearest neighbours' }).waitFor();
    expect(await page.getByLabel('Name of the model').inputValue()).toBe('normal slices k-nearest');
  });

  it('is computed without steps, and screened with', async () => {
    const { page } = started;
    await page.getByRole('button', { name: 'Start fitting' }).click();
    await fitted(page);
    await page.getByText(/Nearest neighbours on normal slices/).waitFor();
    await page.getByText('Scores of the held-out normals').waitFor();
    expect(await page.getByText('lower is better').count()).toBe(0);
    const scores = await screenMixed();
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it('shows where, on the heatmap of the score that has one', async () => {
    const { page } = started;
    await page.getByRole('listbox', { name: 'Cases' }).getByRole('option').first().click();
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'Heatmap largest-place' }).waitFor();
    expect(await page.getByText('nats').count()).toBe(0);
  });

  it('says in a sentence what is missing, and takes the other labels for anomalies', async () => {
    const { page } = started;
    await goTo(page, 'Fit');
    await chooseDetector('hyper', 'Hypersphere classifier');
    await page.getByText('Choose the dataset of the images that stand for anomalies.').waitFor();
    expect(await page.getByRole('button', { name: 'Start fitting' }).isDisabled()).toBe(true);
    await choose(page, field('Dataset of normal images'), /mixed slices/);
    await page.getByText(/those of its other labels can stand for/).waitFor();
    await choose(page, field('Which of its images'), /flair/);
    await page.getByText('All labels but “flair”').waitFor();
    await page.getByText('against 16 images of “mixed slices” that stand for anomalies').waitFor();
  });

  it('judges images as a whole where it has no heatmaps, and says so', async () => {
    const { page } = started;
    await page.getByRole('radio', { name: 'Tiny' }).check();
    await page.getByText('Advanced settings').click();
    await page.getByRole('textbox', { name: 'Steps' }).fill('3');
    await page.getByRole('button', { name: 'Start fitting' }).click();
    await fitted(page);
    await page.getByText('Loss, lower is better').waitFor();
    await screenMixed();
    await page.getByRole('listbox', { name: 'Cases' }).getByRole('option').first().click();
    await page.keyboard.press('Enter');
    await page.getByText('This model gives no heatmaps.').waitFor();
    expect(await page.getByRole('button', { name: 'Heatmap' }).count()).toBe(0);
  });

  it('stands beside its model, with what it was fitted on', async () => {
    const { page } = started;
    await goTo(page, 'Models');
    await page.getByRole('row', { name: /Nearest neighbours, quick/ }).waitFor();
    await page.getByRole('link', { name: 'mixed slices flair hsc' }).click();
    await page.getByText(/Hypersphere classifier \(HSC\), fitted on mixed slices/).waitFor();
    await page.getByRole('heading', { name: 'Facts' }).waitFor();
    await page.getByText('It judges an image as a whole').waitFor();
  });

  it('is put together with one that was fitted on the same images, and with no other', async () => {
    const { page } = started;
    await goTo(page, 'Fit');
    await choose(page, field('Dataset of normal images'), /normal slices/);
    await chooseDetector('principal', 'Principal components');
    await page.getByRole('button', { name: 'Start fitting' }).click();
    await fitted(page);
    await screenMixed();
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: 'Models on mixed slices' }).waitFor();
    await page.getByText('held out different normal images').waitFor();
    expect(await page.getByRole('checkbox', { name: 'With normal slices k-nearest' }).isChecked()).toBe(true);
    expect(await page.getByRole('checkbox', { name: 'With mixed slices flair hsc' }).isDisabled()).toBe(true);

    await page.getByRole('checkbox', { name: 'flair', exact: true }).check();
    await page.getByRole('row', { name: /all together/ }).waitFor();
    await page.getByText('On 16 normal images and 16 anomalous images').waitFor();

    const list = page.getByRole('region', { name: 'Most anomalous to all together' });
    const links = list.getByRole('link', { name: /by normal slices pca$/ });
    expect(await links.count()).toBe(32);
    await links.first().click();
    await page.getByRole('button', { name: 'Flag' }).waitFor();
    await page.keyboard.press('f');
    await page.goBack();
    await list.getByRole('row').nth(1).getByText('Flagged').waitFor();
  });

  it('met no error in the console', () => {
    expect(started.visitor.troubles).toEqual([]);
  });
});
