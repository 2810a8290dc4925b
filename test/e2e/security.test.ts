/** What the page may do: run the program's own scripts, and reach nobody else. */
import { type Server, createServer } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { noBrowser } from './browser.ts';
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
    for (const view of VIEWS) await open(page, view, numbers);
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
    const blocked = [
      'connect-src',
      'frame-src',
      'img-src',
      'script-src-attr',
      'script-src-elem',
      'style-src-elem',
    ];
    await expect.poll(() => page.evaluate<unknown>('[...new Set(window.blocked)].sort()')).toEqual(blocked);
    expect(await page.evaluate<unknown>('window.intruded')).toBeUndefined();
    expect(reached).toEqual([]);
    await goTo(page, 'Models');
    await page.getByRole('heading', { name: 'Models' }).waitFor();
    const { troubles } = started.visitor;
    expect(troubles.filter((trouble) => !/Content Security Policy/.test(trouble))).toEqual([]);
  });
});

/** What a page would do that somebody else's text got into. */
const intrusion = (host: string): string => `{
  window.blocked = [];
  document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
  const add = (name, properties) => {
    const element = Object.assign(document.createElement(name), properties);
    document.body.append(element);
    return element;
  };
  add('script', { textContent: 'window.intruded = "inline"' });
  add('script', { src: 'http://${host}/script.js' });
  add('style', { textContent: '@import "http://${host}/style.css"' });
  add('img', { src: 'http://${host}/image.png' });
  add('iframe', { src: 'http://${host}/frame' });
  const button = add('button', {});
  button.setAttribute('onclick', 'window.intruded = "handler"');
  button.click();
  fetch('http://${host}/fetch').catch(() => undefined);
  navigator.sendBeacon('http://${host}/beacon', 'x');
  new WebSocket('ws://${host}/socket').onerror = () => undefined;
}`;
