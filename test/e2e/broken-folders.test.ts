/** Folders as people have them: what can be used is used, and a sentence says what became of the rest. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser } from './browser.ts';
import { copySlices } from './folders.ts';
import { type Started, start } from './started.ts';
import { addFolder, goTo } from './steps.ts';

describe.skipIf(noBrowser)('a folder', () => {
  let started: Started;

  beforeAll(async () => {
    started = await start();
    await started.page.goto(new URL('/#/datasets', started.program.address).href);
  });

  afterAll(() => started.stop());

  it('with broken files beside good ones is listed with reasons, and the good ones are used', async () => {
    const { page, folder } = started;
    const path = join(folder, 'mixed');
    copySlices('fit', path, 3);
    const whole = readFileSync(join(path, 'DU-7294_flair_z040.png'));
    writeFileSync(join(path, 'cut-off.png'), whole.subarray(0, whole.length / 2));
    writeFileSync(join(path, 'nothing.png'), '');
    writeFileSync(join(path, 'text.png'), 'This is no image.');
    writeFileSync(join(path, 'notes.txt'), 'Slices 40 to 42.');
    await addFolder(page, { path, name: 'mixed' });
    const [thumbnail] = await Promise.all([
      page.waitForResponse(/\/assets\/thumbnails\//),
      page.getByRole('link', { name: 'mixed', exact: true }).click(),
    ]);
    expect(thumbnail.status()).toBe(200);

    const files = page.getByRole('table', { name: 'Files' });
    const reasonOf = async (file: string): Promise<string> =>
      (await files.getByRole('row', { name: file }).getByRole('cell').last().innerText()).trim();
    await page.getByRole('button', { name: 'Broken 2' }).click();
    await page.getByText('2 files', { exact: true }).waitFor();
    expect(await reasonOf('cut-off.png')).toMatch(/cut off before its end; copy it again/);
    expect(await reasonOf('nothing.png')).toMatch(/is empty \(0 bytes\); copy it again/);
    await page.getByRole('button', { name: 'Skipped 2' }).click();
    await files.getByRole('row', { name: 'broken' }).first().waitFor({ state: 'hidden' });
    expect(await reasonOf('text.png')).toMatch(/is not an image/);
    expect(await reasonOf('notes.txt')).toMatch(/is not an image/);

    await page.getByRole('link', { name: 'Fit a model' }).click();
    await page.getByRole('button', { name: 'Start fitting' }).and(page.locator(':enabled')).waitFor();
  });

  it.each([
    { name: 'empty', files: [], sentence: 'is empty; choose the folder that holds your images' },
    {
      name: 'only text',
      files: ['a.txt', 'b.csv'],
      sentence: 'holds no readable image (2 skipped); choose another folder',
    },
  ])('that is $name is refused in a sentence', async ({ name, files, sentence }) => {
    const { page, folder } = started;
    const path = join(folder, name);
    mkdirSync(path);
    for (const file of files) writeFileSync(join(path, file), 'text');
    await goTo(page, 'Datasets');
    await addFolder(page, { path, name });
    const scan = page.getByRole('group', { name: `Scan ${name}` });
    await scan.getByText(`"${path}" ${sentence}`).waitFor();
    await scan.getByRole('button', { name: 'Dismiss' }).click();
    await scan.waitFor({ state: 'hidden' });
  });

  it('that does not exist is refused before it is added', async () => {
    const { page, folder } = started;
    const path = join(folder, 'nowhere');
    await page.getByRole('button', { name: 'Add a folder' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a folder' });
    await dialog.getByLabel('Folder', { exact: true }).fill(path);
    await dialog.getByRole('button', { name: 'Add and scan' }).click();
    await dialog.getByRole('alert').getByText(`"${path}" is no folder that can be reached`).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByRole('link', { name: 'nowhere' }).count()).toBe(0);
    expect(started.visitor.troubles).toEqual([]);
  });
});
