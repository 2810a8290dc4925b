import { isIP } from 'node:net';
import { hostname } from 'node:os';

const AUTHORITY = /^(?<host>\[[0-9a-f:.]+\]|[^/?#@\\\s:[\]]+)(?::\d{1,5})?$/i;

/** Whether an address can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  const bare = bareHost(host);
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/** Without the brackets of an IPv6 address, in lower case. */
const bareHost = (host: string): string => host.toLowerCase().replace(/^\[(.*)\]$/, '$1');

/**
 * Whether a request was addressed to this machine under a name that nobody else can claim. A page from elsewhere can make
 * its own name point here (DNS rebinding), and would then be of the same origin as this server.
 * @param bound what the server listens on
 * @param header the request's Host header; its port is not looked at, as tunnels change it
 */
export function isOurHost(bound: string, header: string | undefined): boolean {
  const named = AUTHORITY.exec(header ?? '')?.groups?.['host'];
  if (named === undefined) return false;
  if (isLoopback(named)) return true;
  if (isLoopback(bound)) return false;
  const name = bareHost(named);
  // A number needs no name server, so nobody can make it point elsewhere.
  if (isIP(name) !== 0) return true;
  const own = hostname().toLowerCase();
  return [bareHost(bound), own, `${own}.local`].includes(name);
}

export interface CallerHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
  readonly 'sec-fetch-dest'?: string | string[] | undefined;
}

/** Whether a request comes from a page of this server, or from the person who typed the address. */
export function isOurPage(headers: CallerHeaders): boolean {
  const { host, origin } = headers;
  if (origin !== undefined) return isOurOrigin(headers);
  const site = headers['sec-fetch-site'];
  // A program, or a browser that does not tell: the cookie decides.
  if (host === undefined || site === undefined || site === 'same-origin' || site === 'none') return true;
  // Following a link is what people do; everything else that a foreign page loads is not.
  return headers['sec-fetch-dest'] === 'document';
}

/** Browsers name the origin with each WebSocket that a page opens. */
export function isOurOrigin({ host, origin }: CallerHeaders): boolean {
  return host !== undefined && origin?.toLowerCase() === `http://${host.toLowerCase()}`;
}
