import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { RPCHandler } from '@orpc/server/fetch';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { type OpenApp, openApp } from '../../../main/api/open-app.ts';
import { router } from '../../../main/api/router.ts';
import { WindowCommands } from '../../../main/api/window-commands.ts';
import { forkJobProcess } from '../../../main/jobs/forked-process.ts';
import { dumpOf } from '../store/dump.ts';

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly kind: string | undefined;
}

const answer = z.object({ json: z.unknown() });
const refusal = z.object({
  json: z.object({
    code: z.string(),
    message: z.string(),
    data: z.object({ kind: z.string().optional() }).optional(),
  }),
});

const handler = new RPCHandler(router);

/** A program without a window, in a folder of its own; everything behind the contract is the real thing. */
export async function openWindow() {
  const folder = mkdtempSync(join(tmpdir(), 'flowscreen-window-'));
  const home = join(folder, 'home');
  const app: OpenApp = await openApp({
    home,
    face: 'browser',
    device: 'cpu',
    who: 'account',
    startJobProcess: forkJobProcess,
    pickFolder: () => Promise.resolve(null),
    commands: new WindowCommands(),
  });
  onTestFinished(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    app,
    store: app.services.store,
    folder,
    home,
    /** As a window calls, typed. */
    api: createRouterClient(router, { context: app }),
    /** As anything that reached the port could call: whatever it likes. @returns null where it was carried out */
    refusalOf: async (path: string, input: unknown): Promise<Failure | null> => {
      const request = new Request(`http://localhost/rpc/${path.replace('.', '/')}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ json: input, meta: [] }),
      });
      const { response } = await handler.handle(request, { prefix: '/rpc', context: app });
      if (response === undefined) throw new Error(`there is no call ${path}`);
      const body: unknown = await response.json();
      if (response.ok) {
        answer.parse(body);
        return null;
      }
      const { code, message, data } = refusal.parse(body).json;
      return { code, message, kind: data?.kind };
    },
    /** Everything that the database holds. */
    dump: (): unknown => dumpOf(home),
  };
}
