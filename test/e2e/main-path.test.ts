/** From two folders of images to three reports of flagged cases, as a person goes: one window, the real program. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ServedProgram } from '../../bench/window/served-program.ts';
import { dumpOf } from '../main/store/dump.ts';
import { launch, noBrowser, type Visitor, visit } from './browser.ts';
import { copySlices, newFolder } from './folders.ts';
import { startProgram } from './program.ts';
import { addFolder, choose, downloaded, goTo } from './steps.ts';

const NOTICE = 'Not for diagnostic use';

describe.skipIf(noBrowser)('from folders to reports', () => {
  const folder = newFolder();
  let program: ServedProgram;
  let browser: Browser;
  let visitor: Visitor;
  let page: Page;
  let flagged: string[];

  beforeAll(async () => {
    copySlices('fit', join(folder.path, 'normal'), 40);
    for (const modality of ['flair', 't2']) {
      copySlices(`screen/${modality}`, join(folder.path, 'mixed', modality), 8);
    }
    program = await startProgram(join(folder.path, 'home'));
    browser = await launch();
    visitor = await visit(browser, program.address);
    page = visitor.page;
  });

  afterAll(async () => {
    await browser.close();
    await program.stop();
    folder.remove();
  });

  it('adds folders from the first page', async () => {
    await addFolder(page, { path: join(folder.path, 'normal'), name: 'normal slices' });
    await goTo(page, 'Datasets');
    await addFolder(page, { path: join(folder.path, 'mixed'), name: 'mixed slices', labels: true });
    await page.getByRole('row', { name: /mixed slices.*16/ }).waitFor();
    await page.getByRole('row', { name: /normal slices.*40/ }).waitFor();
  });

  it('fits a model and shows how it goes', async () => {
    await goTo(page, 'Fit');
    await choose(page, page.getByRole('combobox', { name: 'Dataset of normal images' }), /normal slices/);
    await page.getByRole('radio', { name: /Tiny/ }).check();
    await page.getByLabel('Name of the model').fill('normal brain');
    await page.getByRole('button', { name: 'Start fitting' }).click();
    await page.getByRole('heading', { name: 'What now' }).waitFor({ timeout: 100_000 });
  });

  it('screens the mixed folder, the most anomalous first', async () => {
    await choose(page, page.getByRole('combobox', { name: 'Screen a dataset with it' }), /mixed slices/);
    await page.getByRole('button', { name: 'Screen', exact: true }).click();
    await page.getByRole('button', { name: 'All 16' }).waitFor({ timeout: 60_000 });
    const options = page.getByRole('listbox', { name: 'Cases' }).getByRole('option');
    await options.nth(10).waitFor();
    const scores = await options.locator('.score').allInnerTexts();
    const values = scores.map((text) => Number(text.replaceAll('−', '-').replaceAll(',', '')));
    expect(values.length).toBeGreaterThan(10);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  it('flags two cases by keyboard, and takes one more back', async () => {
    const list = page.getByRole('listbox', { name: 'Cases' });
    const paths = await list.getByRole('option').locator('.path').allInnerTexts();
    await list.getByRole('option').first().click();
    await page.keyboard.press('f');
    await page.getByRole('button', { name: 'Flagged 1' }).waitFor();
    await list.getByRole('option').nth(2).click();
    await page.keyboard.press('f');
    await page.getByRole('button', { name: 'Flagged 2' }).waitFor();
    await list.getByRole('option').nth(4).click();
    await page.keyboard.press('f');
    await page.getByRole('button', { name: 'Flagged 3' }).waitFor();
    await page.keyboard.press('z');
    await page.getByRole('button', { name: 'Flagged 2' }).waitFor();
    flagged = [paths[0], paths[2]].map((path) => (path ?? '').replaceAll(/\s/g, ''));
  });

  it('drags the threshold, sees what it means, and saves it with a reason', async () => {
    await page.getByRole('link', { name: 'Threshold', exact: true }).click();
    const line = page.getByRole('slider', { name: 'Threshold' });
    await line.waitFor();
    const before = Number(await line.getAttribute('aria-valuenow'));
    const box = await line.boundingBox();
    if (box === null) throw new Error('the line is not on the screen');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 80, box.y + box.height / 2, { steps: 8 });
    await page.mouse.up();
    const dragged = Number(await line.getAttribute('aria-valuenow'));
    expect(dragged).toBeGreaterThan(before);
    await line.press('ArrowLeft');
    const after = Number(await line.getAttribute('aria-valuenow'));
    expect(after).toBeLessThan(dragged);
    await page.getByText(/of the 16 images of the screening/).waitFor();
    await page.getByLabel('Reason, for the records').fill('agreed with the lab');
    await page.getByRole('button', { name: 'Save as version 1' }).click();
    await page.getByRole('heading', { name: 'Versions' }).waitFor();
    await page.getByText('agreed with the lab').waitFor();
  });

  it('creates reports that hold the two flagged cases and the notice', async () => {
    await page.getByRole('link', { name: 'To the ranked list' }).click();
    await page.getByRole('link', { name: 'Report', exact: true }).click();
    await page.getByText('2 cases').first().waitFor();
    const create = (format: string) =>
      downloaded(page, () => page.getByRole('button', { name: `Create ${format}` }).click());

    const nameless = await create('CSV');
    for (const path of flagged) expect(nameless.content.toString('utf8')).not.toContain(path);

    const [first = ''] = flagged;
    await page.getByLabel('Include names of files and folders').check();
    await page.getByText(first).first().waitFor();
    const csv = await create('CSV');
    const lines = csv.content.toString('utf8').trim().split('\r\n');
    expect(csv.name).toMatch(/\.csv$/);
    expect(lines).toHaveLength(3);
    for (const path of flagged) expect(lines.join('\n')).toContain(path);
    for (const line of lines.slice(1)) expect(line).toContain(NOTICE);

    const json = await create('JSON');
    const document = z
      .object({
        notice: z.literal(NOTICE),
        cases: z.array(z.object({ Case: z.string(), Decision: z.string() })),
      })
      .parse(JSON.parse(json.content.toString('utf8')));
    expect(document.cases.map((each) => each.Case)).toEqual(flagged);
    expect(new Set(document.cases.map((each) => each.Decision))).toEqual(new Set(['flagged']));

    const pdf = await create('PDF');
    const opened = await getDocumentProxy(new Uint8Array(pdf.content));
    const { text: pages } = await extractText(opened, { mergePages: false });
    for (const text of pages) expect(text).toContain(NOTICE);
    for (const path of flagged) expect(pages.join(' ')).toContain(path);
    expect(pages.join(' ')).toContain('version 1 by');
    expect(pdf.content.toString('latin1')).toContain('/Subtype /Image');
  });

  it('has it all in the activity, with an intact chain', async () => {
    await goTo(page, 'Activity');
    for (const action of [
      'report exported',
      'threshold set',
      'decision set',
      'model fitted',
      'dataset added',
    ]) {
      await page.getByText(action).first().waitFor();
    }
  });

  it('comes back where it was in a new window', async () => {
    await goTo(page, 'Models');
    const saved = () => JSON.stringify(dumpOf(join(folder.path, 'home')));
    await expect.poll(saved, { timeout: 10_000 }).toContain('"/models');
    const other = await visitor.context.newPage();
    await other.goto(new URL('/', program.address).href);
    await other.getByRole('heading', { name: 'Models' }).waitFor();
    await other.close();
  });

  it('met no error in the console', () => {
    expect(visitor.troubles).toEqual([]);
  });
});
