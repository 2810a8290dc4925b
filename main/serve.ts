/** The browser face: the same page and the same services as the desktop's window, over HTTP and a WebSocket. */
import { createServer } from 'node:http';
import { RPCHandler } from '@orpc/server/ws';
import { RPC_PATH } from '../preload/contract.ts';
import { handleAsset } from './api/pictures/assets.ts';
import { type AppOptions, openApp } from './api/open-app.ts';
import { router } from './api/router.ts';
import { WindowCommands } from './api/window-commands.ts';
import { forkJobProcess } from './jobs/forked-process.ts';
import { isOurHost, isOurOrigin } from './serve/callers.ts';
import { listen } from './serve/listen.ts';
import { answerRequests } from './serve/requests.ts';
import { openSite } from './serve/site.ts';
import { Sockets, refuseSocket } from './serve/sockets.ts';
import { Visitors } from './serve/visitors.ts';

export interface ServeOptions extends Pick<AppOptions, 'home' | 'device' | 'who'> {
  /** The folder of the built page. */
  readonly page: string;
  /** What to listen on: a name or number of this machine. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Tells a browser that is not let in, in one sentence, how it would be. */
  readonly wayIn: string;
}

export interface Serving {
  /** An address that lets one browser in, once; the one before is no longer good. */
  invite(): string;
  /** Saves what runs, and closes every window's connection. */
  close(): Promise<void>;
}

/** @throws ServeError, and what {@link openApp} throws */
export async function serve({ page, host, port, wayIn, ...options }: ServeOptions): Promise<Serving> {
  const app = await openApp({
    ...options,
    face: 'browser',
    commands: new WindowCommands(),
    startJobProcess: forkJobProcess,
    pickFolder: () => Promise.resolve(null),
  });
  const server = createServer();
  try {
    const { logFailure } = app;
    const site = await openSite({
      folder: page,
      assets: (request) => handleAsset(request, app),
      logFailure,
    });
    const taken = await listen(server, host, port);
    const visitors = new Visitors(taken);
    const handler = new RPCHandler(router);
    const sockets = new Sockets((socket) => void handler.upgrade(socket, { context: app }));
    server.on('request', answerRequests({ host, site, visitors, wayIn, logFailure }));
    server.on('upgrade', (request, connection, head) => {
      const { headers, url } = request;
      if (!isOurHost(host, headers.host) || !isOurOrigin(headers) || !visitors.knows(headers.cookie)) {
        refuseSocket(connection, '403 Forbidden');
      } else if (url !== RPC_PATH) refuseSocket(connection, '404 Not Found');
      else sockets.accept(request, connection, head);
    });
    return {
      invite: () => `${addressOf(host, taken)}?token=${visitors.invite()}`,
      close: async () => {
        server.close();
        // Windows stay connected until everything is saved, so that they see it happen.
        await app.close();
        sockets.close();
        server.closeAllConnections();
      },
    };
  } catch (error) {
    server.close();
    await app.close();
    throw error;
  }
}

/** As a browser on this machine finds it: what listens everywhere is reached at the loopback, too. */
function addressOf(host: string, port: number): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}/`;
}
