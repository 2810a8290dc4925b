/** What the page may do: run the program's own scripts, and reach nobody else. */
import { type Server, createServer } from 'node:http';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { noBrowser } from './browser.ts';
import { BLOCKED, INTRUSIONS, intrusion } from './intrusion.ts';
import { type Started, start } from './started.ts';
import { goTo } from './steps.ts';
import { VIEWS, fillViews, open } from './views.ts';

describe.skipIf(noBrowser)('the page', () => {
  let started: Started;
  let page: Page;
  let elsewhere: Server;
  const asked: string[] = [];
  const reached: string[] = [];

  beforeAll(async () => {
    started = await start();
    page = started.page;
    page.on('request', (request) => asked.push(request.url()));
    page.on('websocket', (socket) => asked.push(socket.url()));
    elsewhere = createServer(({ url = '' }, answer) => {
      reached.push(url);
      answer.setHeader('access-control-allow-origin', '*').end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    elsewhere.close();
    await started.stop();
  });

  it('asks nobody but its own server, in all of its views', async () => {
    await page.reload();
    const numbers = await fillViews(page);
    for (const view of VIEWS) {
      await open(page, view, numbers);
      if (view.name === 'Case') await measure(page);
      if (view.name === 'Thresholds') await pointAtCharts(page);
    }
    const { host } = new URL(started.program.address);
    const own = [`http://${host}/`, `ws://${host}/`, `blob:http://${host}/`, 'data:'];
    expect(asked.filter((address) => !own.some((start) => address.startsWith(start)))).toEqual([]);
    expect(asked).toContain(`ws://${host}/rpc`);
    expect(asked).toContainEqual(expect.stringContaining('/assets/pixels/'));
    expect(started.visitor.troubles).toEqual([]);
  });

  it('runs no script that gets into it, and lets nothing out', async () => {
    const { port } = z.object({ port: z.number() }).parse(elsewhere.address());
    await page.evaluate(intrusion(`127.0.0.1:${port}`));
    await expect.poll(() => page.evaluate<unknown>(BLOCKED), { timeout: 10_000 }).toEqual(INTRUSIONS);
    expect(await page.evaluate<unknown>('window.intruded')).toBeUndefined();
    expect(reached).toEqual([]);
    await goTo(page, 'Models');
    await page.getByRole('heading', { name: 'Models' }).waitFor();
    const { troubles } = started.visitor;
    expect(troubles.filter((trouble) => !/Content Security Policy/.test(trouble))).toEqual([]);
  });
});

/** Draws with every tool of the viewport: each draws in its own way. */
async function measure(page: Page): Promise<void> {
  const image = page.locator('.pane canvas').first();
  await image.waitFor();
  // Apart from each other: a tool that starts on something drawn moves that.
  const tools = ['Measure a length', 'Measure a rectangle', 'Read a pixel'];
  for (const [row, tool] of tools.entries()) {
    const [top, bottom] = [0.1 + 0.3 * row, 0.25 + 0.3 * row];
    await page.getByRole('button', { name: tool }).click();
    const { x, y, width, height } = await placeOf(image);
    await page.mouse.move(x + 0.3 * width, y + top * height);
    await page.mouse.down();
    await page.mouse.move(x + 0.6 * width, y + bottom * height, { steps: 5 });
    await page.mouse.up();
    await page.locator('.viewport .label').nth(row).waitFor();
  }
}

async function pointAtCharts(page: Page): Promise<void> {
  for (const chart of await page.getByRole('main').locator('canvas').all()) {
    const { x, y, width, height } = await placeOf(chart);
    await page.mouse.move(x + 0.4 * width, y + 0.5 * height);
    await page.mouse.move(x + 0.6 * width, y + 0.5 * height, { steps: 5 });
  }
}

async function placeOf(element: Locator) {
  const box = await element.boundingBox();
  if (box === null) throw new Error('it is not on the screen');
  return box;
}
