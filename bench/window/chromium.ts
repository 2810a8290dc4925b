import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export class BrowserError extends Error {
  readonly kind: 'no-playwright' | 'no-chromium';

  constructor(kind: BrowserError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The path of this machine's Chromium; null where there is none. */
export const installedChromium = (): string | null => PLACES.find((place) => existsSync(place)) ?? null;

/**
 * Starts this machine's Chromium, without a screen.
 * @throws BrowserError where Playwright or Chromium is missing
 */
export async function launchChromium(): Promise<Browser> {
  const { chromium } = await playwright();
  const executablePath = installedChromium();
  if (executablePath === null) {
    throw new BrowserError(
      'no-chromium',
      'No Chromium was found on this machine: install chromium to look at the window.',
    );
  }
  // As root, Chromium has no sandbox.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  // Who starts it also ends it: Playwright's own way out would leave the rest undone.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  return chromium.launch({ executablePath, args, ...signals });
}

async function playwright() {
  try {
    return await import('playwright-core');
  } catch {
    throw new BrowserError(
      'no-playwright',
      'Playwright is missing, a tool for developing flowscreen: run "npm ci" in a checkout to install it.',
    );
  }
}
