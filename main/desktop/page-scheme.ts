import { protocol } from 'electron';
import type { Site } from '../serve/site.ts';

const SCHEME = 'app';
const HOST = 'flowscreen';

/** A scheme of its own gives the page an origin that no file and no server shares. */
export const PAGE_ADDRESS = `${SCHEME}://${HOST}/`;

/** Whether an address is of the program's own page. */
export function isPageAddress(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === `${SCHEME}:` && url.host === HOST;
}

/** Before the application is ready, as Electron asks. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    // Addresses have a host and relative parts; the page may use what browsers keep for secure origins, and fetch.
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export function servePage(site: Site): void {
  protocol.handle(SCHEME, (request) =>
    isPageAddress(request.url) ? site(request, null) : new Response(null, { status: 404 }),
  );
}
