import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** Cookies are no affair of the services. */
const PASSED_ON = ['accept', 'if-none-match', 'range'] as const;

/** A request as the services of a page take it: without a body, aborted when the asker goes away. */
export function webRequest(incoming: IncomingMessage, outgoing: ServerResponse): Request {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const headers = new Headers();
  for (const name of PASSED_ON) {
    const value = incoming.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  return new Request(addressOf(incoming), { method: methodOf(incoming), headers, signal: gone.signal });
}

/** The path is taken apart from the host, so that "//elsewhere/x" stays a path. @throws TypeError for what is no path */
export function addressOf({ url }: IncomingMessage): URL {
  if (url?.startsWith('/') !== true) throw new TypeError('the request names no path');
  return new URL(`http://page${url}`);
}

/** Those with a body, or that a Request refuses, are all the same here: not answered. */
const methodOf = ({ method }: IncomingMessage): string =>
  method === 'GET' || method === 'HEAD' ? method : 'POST';

export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) {
    outgoing.end();
    return;
  }
  await pipeline(response.body, outgoing);
}
