import { type App, type Session, type WebContents, app } from 'electron';
import { isPageAddress } from './page-scheme.ts';

/** What a page may load: the program's own, and what it made itself. The developer tools are a page, too. */
const OWN_SCHEMES = ['app:', 'blob:', 'data:', 'devtools:'];

/** Keeps every page, whatever opens it, to the program's own address, and from asking the system for anything. */
export function confinePages(electron: Pick<App, 'on'> = app): void {
  electron.on('web-contents-created', (_, contents) => confine(contents));
}

function confine(contents: WebContents): void {
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isPageAddress(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** No camera, no location, no device, and nobody else's address. */
export function confineSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !OWN_SCHEMES.includes(URL.parse(url)?.protocol ?? '') }),
  );
}
