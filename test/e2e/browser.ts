import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import { inject } from 'vitest';

/** Why a suite is skipped, or false. */
export const noBrowser = inject('chromium') === null && 'no Chromium on this machine';

export async function launch(): Promise<Browser> {
  const executablePath = inject('chromium');
  if (executablePath === null) throw new Error('skipped suites launch no browser');
  // As root, Chromium has no sandbox.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
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
