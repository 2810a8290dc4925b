import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { sharp } from '../../main/ingest/sharp.ts';

const THEMES = ['light', 'dark'] as const;
/** Charts and maps are drawn after what they show has come. */
const SETTLING_MS = 400;

/** Takes each picture in both themes. */
export class Camera {
  readonly #page: Page;
  readonly #folder: string;
  bytes = 0;
  pictures = 0;

  constructor(page: Page, folder: string) {
    this.#page = page;
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** What the window shows now. */
  async take(name: string): Promise<void> {
    await closeMessages(this.#page);
    // What the pointer rests on looks chosen; in the bar at the top there is nothing.
    await this.#page.mouse.move(700, 20);
    for (const colorScheme of THEMES) {
      await this.#page.emulateMedia({ colorScheme });
      await settled(this.#page);
      const shot = await this.#page.screenshot({ animations: 'disabled', caret: 'hide' });
      const { size } = await sharp(shot)
        .webp({ nearLossless: true, quality: 40, effort: 6 })
        .toFile(join(this.#folder, `${name}-${colorScheme}.webp`));
      this.bytes += size;
      this.pictures += 1;
    }
    await this.#page.emulateMedia({ colorScheme: 'light' });
  }
}

// What runs in the page is text.
/** Pictures that are out of sight may never come. */
const DECODING_MS = 2000;
const DECODED = `Promise.race([
  Promise.all([...document.images].map((image) => image.decode().catch(() => undefined))),
  new Promise((resolve) => setTimeout(resolve, ${DECODING_MS})),
]).then(() => null)`;
const IS_QUIET = `document.querySelector('[aria-busy=true], .v-btn--loading') === null
  && [...document.images].every((image) => image.complete)`;

/** Those at the bottom of the window tell what was done, not what the picture is of. */
async function closeMessages(page: Page): Promise<void> {
  const messages = page.locator('.v-snackbar').getByRole('button', { name: 'Close' });
  for (const button of await messages.all()) await button.click();
}

async function settled(page: Page): Promise<void> {
  // Not waitForFunction: the page's policy forbids its eval.
  while ((await page.evaluate(IS_QUIET)) !== true) await page.waitForTimeout(100);
  await page.evaluate(DECODED);
  await page.waitForTimeout(SETTLING_MS);
}
