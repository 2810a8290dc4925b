/** Who is let in, and what a window does when the program behind it goes and comes back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpOf } from '../main/store/dump.ts';
import { noBrowser, visit } from './browser.ts';
import { startProgram } from './program.ts';
import { type Started, start } from './started.ts';
import { exploreExample, goTo } from './steps.ts';

/** What Chromium itself says of a page, or of a socket, that is refused or that nobody answers. */
const REFUSED = /^Failed to load resource: the server responded with a status of 403/;
const GONE = /^(WebSocket connection to '[^']*' failed|Failed to load resource: net::ERR_CONNECTION_REFUSED)/;

describe.skipIf(noBrowser)('the way in', () => {
  let started: Started;
  let origin: string;

  beforeAll(async () => {
    started = await start();
    ({ origin } = new URL(started.program.address));
  });

  afterAll(() => started.stop());

  it.each(['wrong', 'used'] as const)('is closed to a %s token', async (kind) => {
    const address = kind === 'used' ? started.program.address : `${origin}/?token=wrong`;
    const stranger = await visit(started.browser, address);
    const sentences = await stranger.page.getByRole('paragraph').allInnerTexts();
    expect(sentences).toEqual([expect.stringMatching(/^This address has been used .* open the address/)]);
    expect(await stranger.page.getByRole('navigation').count()).toBe(0);
    expect(stranger.troubles.filter((trouble) => !REFUSED.test(trouble))).toEqual([]);
    await stranger.context.close();
  });

  it('is open to a second window, which sees what is decided in the first', async () => {
    const { page, visitor } = started;
    await exploreExample(page);
    const other = await visitor.context.newPage();
    await other.goto(page.url());
    await other.getByRole('button', { name: 'Flagged 0' }).waitFor();
    await page.getByRole('listbox', { name: 'Cases' }).getByRole('option').first().click();
    await page.keyboard.press('f');
    await other.getByRole('button', { name: 'Flagged 1' }).waitFor();
    await other.close();
    expect(visitor.troubles).toEqual([]);
  });

  it('is lost with the program, and a new address goes on where it was', async () => {
    const { page, visitor, program, home } = started;
    await goTo(page, 'Models');
    await page.getByRole('heading', { name: 'Models' }).waitFor();
    await expect.poll(() => JSON.stringify(dumpOf(home)), { timeout: 10_000 }).toContain('"/models');
    expect(await program.stop()).toBe(0);
    await page.getByText('The connection to flowscreen was lost.').waitFor();
    const again = await startProgram(home, Number(new URL(origin).port));
    await page.getByText('flowscreen was restarted, so this page is no longer let in').waitFor();
    await page.goto(again.address);
    await page.getByRole('heading', { name: 'Models' }).waitFor();
    expect(await page.getByText('no longer let in').count()).toBe(0);
    // What it still loads is nobody's fault.
    await page.close();
    await again.stop();
    const known = (trouble: string) => REFUSED.test(trouble) || GONE.test(trouble);
    expect(visitor.troubles.filter((trouble) => !known(trouble))).toEqual([]);
  });
});
