import type { Browser, BrowserContext, Page } from 'playwright-core';
import { inject } from 'vitest';
import { launchChromium } from '../../bench/window/chromium.ts';

/** Why a suite is skipped, or false. */
export const noBrowser = inject('chromium') === null && 'no Chromium on this machine';

export async function launch(): Promise<Browser> {
  if (noBrowser !== false) throw new Error('skipped suites launch no browser');
  return launchChromium();
}

/** A browser window of a person's own; what goes wrong in its pages is collected. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the console, and what nobody caught. */
  readonly troubles: readonly string[];
}

export async function visit(
  browser: Browser,
  address: string,
  options: { colorScheme?: 'light' | 'dark'; viewport?: { width: number; height: number } } = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
    reducedMotion: 'reduce',
    ...options,
  });
  const troubles: string[] = [];
  const page = await context.newPage();
  watch(page, troubles);
  context.on('page', (other) => watch(other, troubles));
  await page.goto(address);
  return { context, page, troubles };
}

function watch(page: Page, troubles: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => troubles.push(`not caught: ${error.stack ?? error.message}`));
}
