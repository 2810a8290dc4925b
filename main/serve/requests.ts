import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isOurHost, isOurPage } from './callers.ts';
import { addressOf, sendResponse, webRequest } from './node-http.ts';
import { refusal } from './refusals.ts';
import type { Site } from './site.ts';
import type { Visitors } from './visitors.ts';

export interface RequestOptions {
  /** What the server listens on. */
  readonly host: string;
  readonly site: Site;
  readonly visitors: Visitors;
  /** Tells a stranger how to come in. */
  readonly wayIn: string;
  readonly logFailure: (what: string, error: unknown) => void;
}

/** Checks every request before anything is done for it. */
export function answerRequests(options: RequestOptions): RequestListener {
  return (incoming, outgoing) => {
    answer(options, incoming, outgoing)
      .then((response) => sendResponse(response, outgoing))
      .catch((error: unknown) => {
        // A window that went away in the middle of a picture is no failure.
        if (!outgoing.destroyed) options.logFailure('an answer to the page was not sent', error);
        outgoing.destroy();
      });
  };
}

async function answer(
  { host, site, visitors, wayIn }: RequestOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<Response> {
  const { headers, method } = incoming;
  if (!isOurHost(host, headers.host)) {
    return refusal(403, 'This server answers only under the address that flowscreen printed: open that one.');
  }
  if (!isOurPage(headers)) {
    return refusal(403, 'This server answers only its own page: open the address that flowscreen printed.');
  }
  if (!URL.canParse(`http://page${incoming.url ?? ''}`) || incoming.url?.startsWith('/') !== true) {
    return refusal(400, 'This is no address of flowscreen: open the one that it printed.');
  }
  const { pathname, searchParams } = addressOf(incoming);
  const known = visitors.knows(headers.cookie);
  const token = searchParams.get('token');
  if (method === 'GET' && pathname === '/' && token !== null) {
    const cookie = known ? null : visitors.admit(token);
    if (known || cookie !== null) return toPage(cookie);
  }
  if (!known) return refusal(403, wayIn);
  return await site(webRequest(incoming, outgoing), `ws://${headers.host ?? ''}`);
}

/** Leaves the token behind, so that it is not in the page's address. */
const toPage = (cookie: string | null): Response =>
  new Response(null, {
    status: 303,
    headers: {
      location: '/',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      ...(cookie === null ? {} : { 'set-cookie': cookie }),
    },
  });
