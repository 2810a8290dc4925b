import { describe, expect, it } from 'vitest';
import { WAY_IN, ask, startServer } from './server.ts';

describe('the one-time address', () => {
  it('lets a browser in: a cookie that scripts and other sites cannot use, and an address without the token', async () => {
    const { port, invite } = await startServer();
    const { status, headers } = await ask(port, invite());
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      new RegExp(`^flowscreen-${port}=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    const page = await ask(port, '/', { headers: { cookie: cookie.split(';', 1)[0] ?? '' } });
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  });

  it('is good once: a second browser is told what to do', async () => {
    const { port, invite } = await startServer();
    const address = invite();
    expect((await ask(port, address)).status).toBe(303);
    const second = await ask(port, address);
    expect(second.status).toBe(403);
    expect(second.headers['set-cookie']).toBeUndefined();
    expect(second.body).toContain(WAY_IN);
  });

  it('still leads a browser that is in to the page, as when it is reloaded', async () => {
    const { port, invite, enter } = await startServer();
    const cookie = await enter();
    const { status, headers } = await ask(port, invite(), { headers: { cookie } });
    expect(status).toBe(303);
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('is not used up by a request that only looks', async () => {
    const { port, invite } = await startServer();
    const address = invite();
    expect((await ask(port, address, { method: 'HEAD' })).status).toBe(403);
    expect((await ask(port, address)).status).toBe(303);
  });

  it('takes the place of the one before', async () => {
    const { port, invite } = await startServer();
    const older = invite();
    const newer = invite();
    expect((await ask(port, older)).status).toBe(403);
    expect((await ask(port, newer)).status).toBe(303);
  });

  it.each(['', 'x', '%00', 'a'.repeat(43), 'a'.repeat(5000)])(
    'with the token %j lets nobody in',
    async (token) => {
      const { port } = await startServer();
      const { status, headers } = await ask(port, `/?token=${token}`);
      expect(status).toBe(403);
      expect(headers['set-cookie']).toBeUndefined();
    },
  );
});

describe('a stranger', () => {
  it.each([
    ['GET', '/'],
    ['HEAD', '/'],
    ['GET', '/page/a.js'],
    ['GET', '/assets/thumbnails/1/128'],
    ['POST', '/'],
    ['GET', '/rpc'],
  ])('gets nothing from %s %s', async (method, path) => {
    const { port } = await startServer();
    expect((await ask(port, path, { method })).status).toBe(403);
  });

  it.each([
    (port: number) => `flowscreen-${port}=`,
    (port: number) => `flowscreen-${port}=${'a'.repeat(43)}`,
    (port: number) => `flowscreen-${port}`,
    () => '; ; =; ==',
  ])('is not let in by a cookie of its own making', async (cookie) => {
    const { port } = await startServer();
    expect((await ask(port, '/', { headers: { cookie: cookie(port) } })).status).toBe(403);
  });

  it('is not let in by the cookie of another program on this machine', async () => {
    const one = await startServer();
    const other = await startServer();
    const cookie = await one.enter();
    expect((await ask(other.port, '/', { headers: { cookie } })).status).toBe(403);
    const renamed = cookie.replace(String(one.port), String(other.port));
    expect((await ask(other.port, '/', { headers: { cookie: renamed } })).status).toBe(403);
  });
});

describe('who asks', () => {
  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '192.168.1.7',
    'localhost@evil.example',
    '[::2]',
    'localhost:x',
    ' ',
  ])('is refused under the name %j, whatever it carries: its owner can make it point here', async (host) => {
    const { port, enter } = await startServer();
    const cookie = await enter();
    expect((await ask(port, '/', { headers: { cookie, host } })).status).toBe(403);
  });

  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1:8080', '127.0.1.1', '[::1]:9'])(
    'is answered under the name %j, at whatever port a tunnel has',
    async (host) => {
      const { port, enter } = await startServer();
      const cookie = await enter();
      expect((await ask(port, '/', { headers: { cookie, host } })).status).toBe(200);
    },
  );

  it('may use the numbers and the name of the machine where the server was told to listen beyond the loopback', async () => {
    const { port, enter } = await startServer({ host: '0.0.0.0' });
    const cookie = await enter();
    expect((await ask(port, '/', { headers: { cookie, host: '192.168.1.7:80' } })).status).toBe(200);
    expect((await ask(port, '/', { headers: { cookie, host: 'evil.example' } })).status).toBe(403);
  });

  it.each([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { origin: 'https://127.0.0.1' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'script' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' },
    { 'sec-fetch-site': 'cross-site' },
  ])('is refused when the page that asks is another one: %o', async (headers) => {
    const { port, enter } = await startServer();
    const cookie = await enter();
    expect((await ask(port, '/page/a.js', { headers: { cookie, ...headers } })).status).toBe(403);
  });

  it.each([
    { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'script' },
    { 'sec-fetch-site': 'none', 'sec-fetch-dest': 'document' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' },
  ])('is answered when it is the page itself, or a person who follows a link: %o', async (headers) => {
    const { port, enter } = await startServer();
    const cookie = await enter();
    expect((await ask(port, '/', { headers: { cookie, ...headers } })).status).toBe(200);
  });
});
