import type { TestProject } from 'vitest/node';
import { buildWhenStale } from '../../.ci/build-when-stale.mjs';
import { findElectron } from '../../.ci/electron.mjs';
import { findBrowser } from './find-browser.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of a Chromium; null where there is none. */
    chromium: string | null;
    /** Path of Electron's binary; null where there is none. */
    electron: string | null;
  }
}

export default async function setup({ provide }: TestProject): Promise<void> {
  provide('chromium', findBrowser());
  provide('electron', await findElectron());
  if ((await buildWhenStale()) !== 0) throw new Error('the page could not be built');
}
