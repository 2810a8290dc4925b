import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { builtPage } from '../../../main/api/package.ts';
import { ServeError } from '../../../main/serve/serve-error.ts';
import { refusal, start, temporaryFolder } from '../cli/command-line.ts';
import { startServer } from './server.ts';

async function failureOf(started: Promise<unknown>): Promise<ServeError> {
  const error: unknown = await started.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ServeError) return error;
  throw new Error('it did not fail as expected', { cause: error });
}

describe('the browser face', () => {
  it('says what to do where the page was never built, and leaves nothing open', async () => {
    const folder = temporaryFolder();
    const { kind, message } = await failureOf(startServer({ page: join(folder, 'nothing'), home: folder }));
    expect(kind).toBe('not-built');
    expect(message).toContain('npm run build');
    // A database that was closed leaves no log of what is still to be written.
    expect(readdirSync(folder).filter((name) => name.endsWith('-wal'))).toEqual([]);
  });

  it('says which port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => {
      other.close();
    });
    const address = other.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const { kind, message } = await failureOf(startServer({ port: address.port }));
    expect(kind).toBe('port-taken');
    expect(message).toContain(String(address.port));
  });

  it('says when an address is not of this machine', async () => {
    // Of the range that documentation may use: no machine has it.
    await expect(startServer({ host: '192.0.2.1' })).rejects.toMatchObject({ kind: 'address-unavailable' });
  });
});

describe('flowscreen serve', () => {
  const built = existsSync(join(builtPage, 'index.html'));

  it.skipIf(!built)('prints an address that lets one in, and ends cleanly when it is asked to', async () => {
    const home = temporaryFolder();
    const { child, says, ended } = start(['serve', '--home', home, '--json']);
    await says(/Open it in a browser/);
    child.kill('SIGTERM');
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    const { address } = z.strictObject({ address: z.string() }).parse(JSON.parse(stdout));
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    expect(readdirSync(home)).toEqual(['flowscreen.sqlite']);
  });

  it.skipIf(!built)('warns before it listens where others can reach it', async () => {
    const { child, says, ended } = start(['serve', '--home', temporaryFolder(), '--host', '0.0.0.0']);
    await says(/Others on the network can reach 0\.0\.0\.0/);
    await says(/Open it in a browser/);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('takes a port that is one', async () => {
    for (const port of ['x', '-1', '65536', '1.5', '']) {
      expect(await refusal(['serve', '--port', port])).toMatchObject({ code: 2, kind: 'usage' });
    }
  });
});
