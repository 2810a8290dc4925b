import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClientContext, createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { onTestFinished } from 'vitest';
import { type RawData, WebSocket } from 'ws';
import { type ServeOptions, serve } from '../../../main/serve.ts';
import { RPC_PATH, type contract } from '../../../preload/contract.ts';
import { plantPage } from './page.ts';

export const WAY_IN = 'Ask for a new address.';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as it is spelt: neither fetch nor a URL tidies up its path. */
export function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {} }: Asked = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (incoming) => {
      let body = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (text: string) => (body += text));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body }),
      );
    });
    asking.on('error', reject);
    asking.end();
  });
}

export interface TestServer {
  readonly port: number;
  /** The path of a new one-time address. */
  readonly invite: () => string;
  /** Comes in as a browser does. @returns its cookie */
  readonly enter: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** The browser face on real services, closed when the test ends. */
export async function startServer(options: Partial<ServeOptions> = {}): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), 'flowscreen-serve-'));
  const serving = await serve({
    home,
    page: options.page ?? plantPage(),
    device: 'cpu',
    who: 'tester',
    host: '127.0.0.1',
    port: 0,
    wayIn: WAY_IN,
    ...options,
  });
  let closed: Promise<void> | null = null;
  const close = () => (closed ??= serving.close());
  onTestFinished(async () => {
    await close();
    rmSync(home, { recursive: true, force: true });
  });
  const invite = () => {
    const { pathname, search } = new URL(serving.invite());
    return `${pathname}${search}`;
  };
  const port = Number(new URL(serving.invite()).port);
  const enter = async () => {
    const { headers } = await ask(port, invite());
    return (headers['set-cookie']?.[0] ?? '').split(';', 1)[0] ?? '';
  };
  return { port, invite, enter, close };
}

/** What became of the request for a socket: the status where it was refused. */
export function openSocket(
  port: number,
  headers: Readonly<Record<string, string>>,
  path: string = RPC_PATH,
): Promise<WebSocket | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  onTestFinished(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0));
    socket.once('error', reject);
  });
}

/** A window that came in: the calls it can make. */
export async function openClient(
  port: number,
  cookie: string,
): Promise<ContractRouterClient<typeof contract>> {
  return createORPCClient(await openLink(port, cookie));
}

/** What carries the calls of a window that came in: also those that the contract does not know. */
export async function openLink(port: number, cookie: string): Promise<RPCLink<ClientContext>> {
  const socket = await openSocket(port, { cookie, origin: `http://127.0.0.1:${port}` });
  if (typeof socket === 'number') throw new Error(`the socket was refused with ${socket}`);
  // Messages are the same on every transport, and a port asks for fewer of the browser's types than a socket.
  const messages = {
    postMessage: (data: string | Uint8Array) => socket.send(data),
    on: (event: string, told: (event?: { data: unknown }) => void) => {
      if (event === 'close') socket.on('close', () => told());
      else socket.on('message', (data, isBinary) => told({ data: isBinary ? data : textOf(data) }));
    },
  };
  return new RPCLink({ port: messages });
}

const textOf = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString() : '');
