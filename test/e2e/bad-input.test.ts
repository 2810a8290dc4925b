/** Whatever reaches the port under a window's cookie: what is wrong is refused in a typed way and changes nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ClientContext, ORPCError } from '@orpc/client';
import type { RPCLink } from '@orpc/client/message-port';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openClient, openLink, openSocket } from '../main/serve/server.ts';
import { dumpOf } from '../main/store/dump.ts';
import type { ServedProgram } from '../../bench/window/served-program.ts';
import { newFolder } from './folders.ts';
import { startProgram } from './program.ts';
import { CALLS, placesOf, sampleOf, withAt } from './wrong-inputs.ts';

const wrong = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, undefined, NaN, -1, 0.5, 1e308, 10n, true, '', ' ', '\0', [], {}, new Date(0)),
  fc.constantFrom(
    'x'.repeat(200_000),
    Array.from({ length: 6000 }, () => 1),
  ),
);

/** Nobody's number, and places that are no folders. */
const UNKNOWN: readonly (readonly [RegExp, readonly (string | number)[]])[] = [
  [/^id$|Ids?$/, [999_999, Number.MAX_SAFE_INTEGER]],
  [/^(root|path)$/, ['/nowhere/at/all', '..', 'text', '/etc/passwd', '/tmp/\0', '~', 'file:///etc']],
];

/** Filters: nothing belongs to what nobody knows. */
const ANSWERED = ['jobs.runs'];

describe('a call with something wrong in it', () => {
  const folder = newFolder();
  const home = join(folder.path, 'home');
  let program: ServedProgram;
  let port: number;
  let cookie: string;

  beforeAll(async () => {
    program = await startProgram(home);
    port = Number(new URL(program.address).port);
    const { headers } = await fetch(program.address, { redirect: 'manual' });
    cookie = headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  });

  afterAll(async () => {
    await program.stop();
    folder.remove();
  });

  it('finds something here that it could change', async () => {
    const { system, jobs, models } = await openClient(port, cookie);
    const { jobId } = await system.addExample();
    for await (const job of await jobs.watch()) {
      if (job.id === jobId && job.status !== 'running') break;
    }
    expect(await models.list()).toHaveLength(2);
  });

  it.each(CALLS)('is refused: $call', async ({ call, input }) => {
    const link = await openLink(port, cookie);
    const before = dumpOf(home);
    const right = sampleOf(input);
    expect(input.safeParse(right).error).toBeUndefined();
    const places = placesOf(right);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), wrong, async ({ at }, value) => {
        const given = withAt(right, at, value);
        fc.pre(!input.safeParse(given).success);
        expect(await codeOf(link, call, given)).toBe('BAD_REQUEST');
      }),
      { numRuns: 60 },
    );
    for (const { at, name, leaf } of places) {
      const [, values = []] = UNKNOWN.find(([names]) => leaf && names.test(name)) ?? [];
      for (const value of values) {
        const code = await codeOf(link, call, withAt(right, at, value));
        if (!ANSWERED.includes(call)) expect(code, `${name} ${value}`).toBe('SERVICE');
      }
    }
    expect(dumpOf(home)).toEqual(before);
  });

  it('is refused where there is no such call, and where it is no call at all', async () => {
    const link = await openLink(port, cookie);
    for (const call of ['nothing', 'datasets', 'datasets.constructor', '__proto__.list']) {
      expect(await codeOf(link, call, {})).toBe('NOT_FOUND');
    }
    const socket = await openSocket(port, { cookie, origin: `http://127.0.0.1:${port}` });
    if (typeof socket === 'number') throw new Error(`the socket was refused with ${socket}`);
    for (const message of ['', 'text', 'null', '{"i":1}', '[]', new Uint8Array(1000)]) socket.send(message);
    const { system } = await openClient(port, cookie);
    expect(await system.info()).toMatchObject({ face: 'browser', home });
  });

  it('was foreseen, each time', () => {
    expect(existsSync(join(home, 'logs'))).toBe(false);
  });
});

/** Of the refusal; null where it was carried out. */
async function codeOf(link: RPCLink<ClientContext>, call: string, input: unknown): Promise<string | null> {
  try {
    await link.call(call.split('.'), input, { context: {} });
    return null;
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error;
    expect(error.message.length).toBeGreaterThan(0);
    return z.string().parse(error.code);
  }
}
