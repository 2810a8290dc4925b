/** The same program in its own window, where Electron's binary is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ElectronApplication, type Page, _electron } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { NOTICE } from '../../preload/contract.ts';
import { newFolder } from './folders.ts';
import { BLOCKED, INTRUSIONS, intrusion } from './intrusion.ts';
import { exploreExample } from './steps.ts';

const ROOT = join(import.meta.dirname, '../..');

const electron = inject('electron');
const { DISPLAY, WAYLAND_DISPLAY } = process.env;
const hasScreen = process.platform !== 'linux' || (DISPLAY ?? WAYLAND_DISPLAY) !== undefined;
const skipped = electron === null ? 'no Electron binary' : hasScreen ? null : 'no screen for a window';

describe("the desktop's window", () => {
  const folder = newFolder();
  const troubles: string[] = [];
  let program: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    if (electron === null || skipped !== null) return;
    program = await _electron.launch({
      executablePath: electron,
      args: [ROOT, '--home', join(folder.path, 'home'), '--device', 'cpu'],
      // As root, Chromium has none.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    page = await program.firstWindow();
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    page.on('pageerror', (error) => troubles.push(error.message));
  });

  beforeEach(({ skip }) => skip(skipped !== null, `skipped: ${skipped ?? ''}`));

  afterAll(async () => {
    if (skipped === null) await program.close();
    folder.remove();
  });

  it('opens, and its page has nothing of Node', async () => {
    await page.getByRole('heading', { name: 'Find the odd images in a folder' }).waitFor();
    await page.getByText(NOTICE, { exact: true }).waitFor();
    expect(page.url()).toMatch(/^app:\/\/flowscreen\//);
    const reached = '[typeof require, typeof process, typeof module, typeof Buffer, window.opener]';
    expect(await page.evaluate<unknown>(reached)).toEqual([...Array<string>(4).fill('undefined'), null]);
  });

  it('explores the example and saves a report', async () => {
    const path = join(folder.path, 'report.json');
    await program.evaluate(({ session }, place) => {
      session.defaultSession.on('will-download', (_event, item) => item.setSavePath(place));
    }, path);
    await exploreExample(page);
    await page.getByRole('listbox', { name: 'Cases' }).getByRole('option').first().click();
    await page.keyboard.press('f');
    await page.getByRole('button', { name: 'Flagged 1' }).waitFor();
    await page.getByRole('link', { name: 'Report', exact: true }).click();
    await page.getByRole('button', { name: 'Create JSON' }).click();
    await expect.poll(() => existsSync(path), { timeout: 30_000 }).toBe(true);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ notice: NOTICE });
    expect(troubles).toEqual([]);
  });

  it('runs no script that gets into it', async () => {
    await page.evaluate(intrusion('127.0.0.1:9'));
    await expect.poll(() => page.evaluate<unknown>(BLOCKED), { timeout: 10_000 }).toEqual(INTRUSIONS);
    expect(await page.evaluate<unknown>('window.intruded')).toBeUndefined();
  });
});
