/** Every view can be read by a screen reader, worked with by keyboard alone, and zoomed to 200 %. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTICE } from '../../preload/contract.ts';
import { noBrowser } from './browser.ts';
import { type Started, start } from './started.ts';
import { type Numbers, VIEWS, type View, fillViews, open } from './views.ts';

/** More stops of the Tab key than any view has before its main action. */
const MOST_STOPS = 80;

const DIALOGS = [
  { view: 'Datasets', opener: 'Add a folder', dialog: 'Add a folder' },
  { view: 'Triage', opener: 'Note', dialog: 'Note' },
  { view: 'Model', opener: 'Remove', dialog: 'Remove' },
  { view: 'Settings', opener: 'Keyboard shortcuts', dialog: 'Keyboard shortcuts' },
] as const;

describe.skipIf(noBrowser)('for everybody', () => {
  let started: Started;
  let page: Page;
  let numbers: Numbers;

  beforeAll(async () => {
    started = await start();
    page = started.page;
  });

  afterAll(() => started.stop());

  it('the first page', async () => {
    await page.getByRole('heading', { name: 'Find the odd images in a folder' }).waitFor();
    await expectNoViolation(page);
  });

  it('the way to something to look at', async () => {
    numbers = await fillViews(page);
  });

  describe.each(VIEWS)('$name', (view) => {
    beforeAll(() => open(page, view, numbers));

    it('breaks no serious rule, in light and in dark', async () => {
      await expectNoViolation(page);
    });

    it('is reached by Tab, and shows where the focus is', async () => {
      await page.reload();
      await open(page, view, numbers);
      const action = view.action(page);
      for (let stops = 0; (await action.and(page.locator(':focus')).count()) === 0; stops++) {
        expect(stops, 'stops of the Tab key').toBeLessThan(MOST_STOPS);
        await page.keyboard.press('Tab');
      }
      const focused = await picture(page, view);
      await action.blur();
      expect((await picture(page, view)).equals(focused)).toBe(false);
    });

    it('fits a window that is zoomed to 200 %', async () => {
      const before = page.viewportSize();
      await page.setViewportSize({ width: 720, height: 450 });
      await page.getByText(NOTICE, { exact: true }).first().waitFor();
      await view.action(page).click({ trial: true });
      expect(await page.evaluate<unknown>(OVERHANG)).toEqual([0, 0]);
      if (before !== null) await page.setViewportSize(before);
    });
  });

  it.each(DIALOGS)('the dialog "$dialog"', async ({ view: name, opener, dialog }) => {
    const view = VIEWS.find((each) => each.name === name);
    if (view === undefined) throw new Error(`there is no view ${name}`);
    await open(page, view, numbers);
    await page.getByRole('button', { name: opener, exact: true }).first().click();
    await page.getByRole('dialog', { name: dialog }).waitFor();
    await expectNoViolation(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: dialog }).waitFor({ state: 'hidden' });
    expect(
      await page.getByRole('button', { name: opener, exact: true }).and(page.locator(':focus')).count(),
    ).toBe(1);
  });

  it('the link that skips the navigation', async () => {
    await page.reload();
    await page.getByRole('main').getByRole('heading').first().waitFor();
    await page.keyboard.press('Tab');
    const skip = page.getByRole('button', { name: 'Skip to the content' });
    expect(await skip.and(page.locator(':focus')).count()).toBe(1);
    await page.keyboard.press('Enter');
    expect(await page.getByRole('main').and(page.locator(':focus')).count()).toBe(1);
  });

  it('met no error in the console', () => {
    expect(started.visitor.troubles).toEqual([]);
  });
});

/** Colours that are on their way from one theme to the other. */
const CHANGING = 'document.getAnimations().filter((each) => each instanceof CSSTransition).length';

/** Pixels of the page, and of what scrolls in it, that lie beside the window. */
const OVERHANG = `[document.documentElement, document.querySelector('main')].map(
  ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
)`;

async function expectNoViolation(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`.v-application.v-theme--${colorScheme}`).waitFor();
    await expect.poll(() => page.evaluate<unknown>(CHANGING), { timeout: 30_000 }).toBe(0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const told = serious.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, target }) => `${target.join(' ')}: ${html}`),
    }));
    expect(told, colorScheme).toEqual([]);
  }
}

/** Of where an action is. */
async function picture(page: Page, { action }: View): Promise<Buffer> {
  const box = await action(page).boundingBox();
  if (box === null) throw new Error('it is not on the screen');
  const { x, y, width, height } = box;
  const clip = { x: Math.max(x - 6, 0), y: Math.max(y - 6, 0), width: width + 12, height: height + 12 };
  return page.screenshot({ clip, animations: 'disabled' });
}
