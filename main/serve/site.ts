import { NONCE_PLACEHOLDER, newNonce, securityHeaders } from './page-policy.ts';
import { type PageFile, readPageFiles } from './page-files.ts';

/**
 * Answers the requests of a page, in a browser and in the desktop's window alike. Who may ask was settled before.
 * @param socket where the page may open a WebSocket, `ws://host:port`; null where it has another way
 */
export type Site = (request: Request, socket: string | null) => Promise<Response>;

export interface SiteOptions {
  /** Where the built page lies. */
  readonly folder: string;
  /** Answers everything under /assets/. */
  readonly assets: (request: Request) => Promise<Response>;
  readonly logFailure: (what: string, error: unknown) => void;
}

/** The build names what lies there after its content. */
const UNCHANGING = '/page/';

/** @throws ServeError 'not-built' */
export async function openSite({ folder, assets, logFailure }: SiteOptions): Promise<Site> {
  const { index, files } = await readPageFiles(folder);

  async function answer(request: Request, nonce: string): Promise<Response> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
    }
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/assets/')) return await assets(request);
    if (pathname === '/') return indexResponse(index, nonce);
    const file = files.get(pathname);
    if (file === undefined) return new Response(null, { status: 404 });
    const cache = pathname.startsWith(UNCHANGING) ? 'private, max-age=31536000, immutable' : 'no-cache';
    return new Response(file.content, {
      headers: { 'content-type': file.type, 'cache-control': cache },
    });
  }

  return async (request, socket) => {
    const nonce = newNonce();
    let response: Response;
    try {
      response = await answer(request, nonce);
    } catch (error) {
      logFailure('a request of the page failed', error);
      response = new Response(null, { status: 500 });
    }
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(securityHeaders({ nonce, socket }))) headers.set(name, value);
    const body = request.method === 'HEAD' ? null : response.body;
    return new Response(body, { status: response.status, headers });
  };
}

function indexResponse({ content, type }: PageFile, nonce: string): Response {
  return new Response(content.toString().replaceAll(NONCE_PLACEHOLDER, nonce), {
    headers: { 'content-type': type, 'cache-control': 'no-store' },
  });
}
