/** An encoder from a file that does not say all, and one that is trained, stopped and gone on with: one window, the real program. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mixingEncoder } from '../main/engine/encoders/mixing-encoder.ts';
import { onnxBytes } from '../main/engine/encoders/write-onnx.ts';
import { noBrowser } from './browser.ts';
import { copySlices } from './folders.ts';
import { type Started, start } from './started.ts';
import { addFolder, choose, goTo } from './steps.ts';

describe.skipIf(noBrowser)('encoders', () => {
  let started: Started;

  beforeAll(async () => {
    started = await start();
    const { page, folder } = started;
    copySlices('fit', join(folder, 'slices'), 40);
    writeFileSync(join(folder, 'mixing.onnx'), onnxBytes(mixingEncoder(['N', 3, 'h', 'w'])));
    await addFolder(page, { path: join(folder, 'slices'), name: 'slices' });
    await goTo(page, 'Encoders');
  });

  afterAll(() => started.stop());

  it('are added from a file once what it does not say is answered', async () => {
    const { page, folder } = started;
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Add from a file' }).click(),
    ]);
    await chooser.setFiles(join(folder, 'mixing.onnx'));
    const dialog = page.getByRole('dialog', { name: 'Add an encoder' });
    await dialog.getByText('takes colour images of any size').waitFor();
    const add = dialog.getByRole('button', { name: 'Add', exact: true });
    expect(await add.isDisabled()).toBe(true);
    await choose(page, dialog.getByRole('combobox', { name: 'Pixels become' }), 'From 0 to 1');
    const map = dialog.getByLabel('Tensor that is a map of vectors');
    await map.fill('nothing');
    await map.press('Tab');
    await dialog.getByText('the file computes no tensor "nothing"').waitFor();
    expect(await add.isDisabled()).toBe(true);
    await map.fill('map');
    await map.press('Tab');
    await add.and(page.locator(':not(:disabled)')).click();
    await page.getByRole('row', { name: /mixing.*from a file.*places of 4/ }).waitFor();
  });

  it('are trained, stopped and gone on with', async () => {
    const { page } = started;
    await page.getByRole('button', { name: 'Train an encoder' }).click();
    const dialog = page.getByRole('dialog', { name: 'Train an encoder' });
    await choose(page, dialog.getByRole('combobox', { name: 'Dataset to learn from' }), 'slices');
    await dialog.getByRole('radio', { name: /Tiny/ }).check();
    await dialog.getByText('Advanced settings').click();
    await dialog.getByRole('textbox', { name: 'Steps' }).fill('30');
    await dialog.getByRole('button', { name: 'Start training' }).click();
    const job = page.getByRole('main').getByRole('group', { name: 'Train slices encoder' });
    await job.getByText(/[1-9]\d* of 30 steps/).waitFor({ timeout: 60_000 });
    await page
      .getByRole('region', { name: 'Curves of Train slices encoder' })
      .getByRole('img', { name: /Loss in nats by step, last training \d/ })
      .waitFor();
    await job.getByRole('button', { name: 'Stop' }).click();
    await job.getByText(/was stopped at step \d+ of 30/).waitFor();
    await job.getByRole('button', { name: /Resume/ }).click();
    await page.getByRole('row', { name: /slices encoder.*trained on slices: tiny, 30 steps/ }).waitFor({
      timeout: 100_000,
    });
  });

  it('are removed with a reason', async () => {
    const { page } = started;
    await page.getByRole('button', { name: 'Remove mixing' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove mixing?' });
    await dialog.getByLabel('Reason, for the audit trail').fill('not good enough');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('row', { name: /mixing/ }).waitFor({ state: 'hidden' });
    await goTo(page, 'Activity');
    await page.getByText('encoder removed').waitFor();
    await page.getByText('not good enough').waitFor();
  });
});
