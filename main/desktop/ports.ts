import { RPCHandler } from '@orpc/server/message-port';
import { type WebFrameMain, ipcMain } from 'electron';
import { OPEN_PORT } from '../../preload/contract.ts';
import type { App } from '../api/app.ts';
import { router } from '../api/router.ts';
import { isPageAddress } from './page-scheme.ts';

/** Answers the calls that come through the ports which the window hands over. */
export function acceptPorts(app: App): void {
  const handler = new RPCHandler(router);
  ipcMain.on(OPEN_PORT, ({ senderFrame, ports }) => {
    const [port] = ports;
    if (port === undefined || ports.length > 1 || !isPage(senderFrame)) {
      for (const stray of ports) stray.close();
      app.logFailure('a port from elsewhere than the page was refused', null);
      return;
    }
    handler.upgrade(port, { context: app });
    port.start();
  });
}

/** The page itself, not a frame in it. */
const isPage = (frame: WebFrameMain | null): boolean =>
  frame !== null && frame.parent === null && isPageAddress(frame.url);
