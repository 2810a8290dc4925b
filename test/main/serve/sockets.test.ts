import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ask, openClient, openSocket, startServer } from './server.ts';

const originOf = (port: number) => `http://127.0.0.1:${port}`;

describe('a WebSocket', () => {
  it('carries the calls of the contract, for as many windows as there are', async () => {
    const { port, enter } = await startServer();
    const cookie = await enter();
    const windows = [await openClient(port, cookie), await openClient(port, cookie)];
    for (const window of windows) {
      expect(await window.system.info()).toMatchObject({ face: 'browser', firstStart: true });
    }
  });

  it('tells each window what another changes', async () => {
    const { port, enter } = await startServer();
    const cookie = await enter();
    const one = await openClient(port, cookie);
    const other = await openClient(port, cookie);
    const changes = await other.system.changes();
    const first = changes.next();
    await one.settings.save({ theme: 'dark' });
    expect((await first).value).toEqual({ topic: 'settings' });
    expect((await other.settings.read()).theme).toBe('dark');
    await changes.return();
  });

  it('refuses what breaks a schema, says why a call failed, and goes on', async () => {
    const { port, enter } = await startServer();
    const window = await openClient(port, await enter());
    await expect(window.jobs.stop({ jobId: -1 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(window.jobs.stop({ jobId: 7 })).rejects.toMatchObject({
      code: 'SERVICE',
      data: { kind: 'unknown-job' },
    });
    expect((await window.system.info()).face).toBe('browser');
  });

  it.each([
    ['no cookie', (port: number) => ({ origin: originOf(port) })],
    ['a wrong cookie', (port: number) => ({ origin: originOf(port), cookie: `flowscreen-${port}=x` })],
  ])('is refused with %s', async (_, headers) => {
    const { port } = await startServer();
    expect(await openSocket(port, headers(port))).toBe(403);
  });

  it.each([
    ['another site', { origin: 'http://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a file', { origin: 'null' }],
    ['nobody', {}],
    ['a name that points here', { origin: 'http://evil.example', host: 'evil.example' }],
  ])('is refused to a page of %s that has the cookie', async (_, headers) => {
    const { port, enter } = await startServer();
    const cookie = await enter();
    expect(await openSocket(port, { cookie, ...headers })).toBe(403);
  });

  it('is opened at one address only', async () => {
    const { port, enter } = await startServer();
    const headers = { cookie: await enter(), origin: originOf(port) };
    for (const path of ['/', '/rpc/', '/rpc?x', '//rpc', '/assets/rpc']) {
      expect(await openSocket(port, headers, path)).toBe(404);
    }
  });

  it('on which nonsense is sent harms nobody', async () => {
    // The transport prints what it cannot read.
    const printed = vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => printed.mockRestore());
    const { port, enter } = await startServer();
    const cookie = await enter();
    const socket = await openSocket(port, { cookie, origin: originOf(port) });
    if (typeof socket === 'number') throw new Error('refused');
    for (const message of [
      '',
      '{',
      '[]',
      'null',
      '{"i":1}',
      '\u0000'.repeat(1000),
      Buffer.alloc(100, 0xff),
    ]) {
      socket.send(message);
    }
    const window = await openClient(port, cookie);
    expect((await window.system.info()).face).toBe('browser');
    expect((await ask(port, '/', { headers: { cookie } })).status).toBe(200);
  });

  it('is closed when the program ends, which then listens no more', async () => {
    const { port, enter, close } = await startServer();
    const socket = await openSocket(port, { cookie: await enter(), origin: originOf(port) });
    if (typeof socket === 'number') throw new Error('refused');
    const closed = once(socket, 'close');
    await close();
    expect((await closed)[0]).toBe(1001);
    await expect(ask(port, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
