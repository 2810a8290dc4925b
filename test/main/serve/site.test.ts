import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCRIPT, SECRET } from './page.ts';
import { type Asked, ask, startServer } from './server.ts';

/** A server, and requests by a browser that is in. */
async function inside() {
  const { port, enter } = await startServer();
  const cookie = await enter();
  return (path: string, { headers, ...asked }: Asked = {}) =>
    ask(port, path, { ...asked, headers: { cookie, ...headers } });
}

/** The parts of a policy: what each directive lets in. */
function directives(policy: unknown): Map<string, string[]> {
  return new Map(
    String(policy)
      .split(';')
      .map((part) => {
        const [name = '', ...sources] = part.trim().split(/\s+/);
        return [name, sources];
      }),
  );
}

describe('the page', () => {
  it('is served with its files, which a browser may keep for ever as their names change with their content', async () => {
    const get = await inside();
    const script = await get('/page/a.js');
    expect(script).toMatchObject({ status: 200, body: SCRIPT });
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toContain('immutable');
    expect((await get('/page/a.css')).headers['content-type']).toBe('text/css; charset=utf-8');
    expect((await get('/')).headers['cache-control']).toBe('no-store');
  });

  it('has no body for HEAD, and takes no other method', async () => {
    const get = await inside();
    expect(await get('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND']) {
      const { status, headers } = await get('/', { method });
      expect(status).toBe(405);
      expect(headers.allow).toBe('GET, HEAD');
    }
  });

  it('lets no text become code, no other origin in, and no other page around it', async () => {
    const get = await inside();
    const { headers, body } = await get('/');
    const policy = directives(headers['content-security-policy']);
    const nonce = /nonce="([^"]+)"/.exec(body)?.[1] ?? '';
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    const own = `ws://${String(headers['content-security-policy']).match(/ws:\/\/([^\s;]+)/)?.[1] ?? ''}`;
    expect(own).toMatch(/^ws:\/\/(127\.0\.0\.1|localhost):\d+$/);
    expect(Object.fromEntries(policy)).toEqual({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'", `'nonce-${nonce}'`],
      'img-src': ["'self'", 'blob:'],
      'connect-src': ["'self'", own],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
    });
  });

  it('has a nonce of its own at each load', async () => {
    const get = await inside();
    const [one, two] = [await get('/'), await get('/')];
    expect(one.body).not.toBe(two.body);
    expect(one.body).not.toContain('__CSP_NONCE__');
  });

  it.each(['/', '/page/a.js', '/nothing', '/assets/nothing'])('guards the answer to %s', async (path) => {
    const get = await inside();
    const { headers } = await get(path);
    expect(directives(headers['content-security-policy']).get('default-src')).toEqual(["'none'"]);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    });
  });
});

describe('an address', () => {
  it.each([
    '/../secret.txt',
    '/page/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '///etc/passwd',
    '/etc/passwd',
    '/page//a.js',
    '/page/./../../secret',
    '/link.txt',
    '/page/a.js/',
    '/page/a.js%00.txt',
    '/page/%61.js',
    '/PAGE/A.JS',
    '/index.html',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/C:/secret.txt',
    '/page/a.js::$DATA',
  ])('spelt %j leads to no file', async (path) => {
    const get = await inside();
    const { status, body } = await get(path);
    expect([400, 404]).toContain(status);
    expect(body).not.toContain(SECRET);
  });

  it.each(['http://evil.example/', '*', 'secret.txt', 'http://[/'])(
    'that is no path, as %j, is refused',
    async (path) => {
      const get = await inside();
      expect((await get(path)).status).toBe(400);
    },
  );

  it('never leads out of the page, however it is spelt', async () => {
    const get = await inside();
    const piece = fc.constantFrom(
      ...['..', '.', '%2e%2e', '%2f', '/', '\\', '%5c', 'secret.txt', 'secret', 'renderer', 'page', 'a.js'],
      ...['link.txt', '%00', '%', '%c0%ae', '?', ';', ':', 'assets', 'thumbnails', '1', '-1', '~'],
    );
    const path = fc.array(piece, { maxLength: 10 }).map((pieces) => `/${pieces.join('')}`);
    await fc.assert(
      fc.asyncProperty(path, async (spelt) => {
        const { status, body } = await get(spelt);
        expect(body).not.toContain(SECRET);
        expect([200, 303, 400, 404]).toContain(status);
      }),
      { numRuns: 300 },
    );
  });
});
