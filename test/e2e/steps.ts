/** What a person does in the window, by the names that they see. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';

export async function goTo(page: Page, section: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: section, exact: true }).click();
}

/** From the list of datasets; waits until the scan has ended. */
export async function addFolder(
  page: Page,
  { path, name, labels = false }: { path: string; name: string; labels?: boolean },
): Promise<void> {
  await page.getByRole('button', { name: 'Add a folder' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add a folder' });
  const folder = dialog.getByLabel('Folder', { exact: true });
  // The dialog sets the focus once it is open: what is typed elsewhere before then lands here.
  await folder.and(page.locator(':focus')).waitFor();
  await folder.fill(path);
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  if (labels) await dialog.getByLabel('The names of the subfolders are labels').check();
  await dialog.getByRole('button', { name: 'Add and scan' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Of a drop-down field. */
export async function choose(page: Page, field: Locator, option: string | RegExp): Promise<void> {
  // The field's own frame lies over its input.
  await field.click({ force: true });
  await page.getByRole('option', { name: option }).first().click();
}

/** Starts what ends in a download, and returns the file. */
export async function downloaded(
  page: Page,
  start: () => Promise<void>,
): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), start()]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

/** From the first page, or the empty list of datasets. @returns the number of the screening whose list it leads to */
export async function exploreExample(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Explore the bundled example' }).click();
  await page.waitForURL(/#\/triage\/\d+$/);
  await page.getByRole('listbox', { name: 'Cases' }).getByRole('option').first().waitFor();
  return Number(/\d+$/.exec(page.url())?.[0]);
}

/** On the form of a new fit, where the dataset is chosen. */
export async function startFit(
  page: Page,
  { preset, name, steps }: { preset: 'Tiny' | 'Quick'; name: string; steps: number },
): Promise<void> {
  await page.getByRole('radio', { name: preset }).check();
  await page.getByLabel('Name of the model').fill(name);
  await page.getByText('Advanced settings').click();
  await page.getByRole('textbox', { name: 'Steps' }).fill(`${steps}`);
  await page.getByRole('button', { name: 'Start fitting' }).click();
}

/** Waits for the model of the fit that is shown. */
export async function fitted(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'What now' }).waitFor({ timeout: 90_000 });
}
