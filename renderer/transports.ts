import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { OPEN_PORT, RPC_PATH } from '../preload/contract.ts';
import type { Transport } from './connection.ts';

/** Whether the page runs in the desktop's window, which serves it under a scheme of its own. */
export const inDesktop = location.protocol === 'app:';

/** To the main process of the desktop, through the bridge. */
export const portTransport: Transport = ({ opened, closed }) => {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('close', closed, { once: true });
  port1.start();
  window.postMessage(OPEN_PORT, location.origin, [port2]);
  opened(new PortLink({ port: port1 }));
};

/** To the server that the page came from. */
export const socketTransport: Transport = ({ opened, closed, refused }) => {
  const socket = new WebSocket(new URL(RPC_PATH, location.href.replace(/^http/, 'ws')));
  let wasOpen = false;
  socket.addEventListener('open', () => {
    wasOpen = true;
    opened(new SocketLink({ websocket: socket }));
  });
  socket.addEventListener('close', () => {
    if (wasOpen) closed();
    else void isRefused().then((stranger) => (stranger ? refused() : closed()));
  });
};

/** A browser does not say why a socket was refused, but an ordinary request does. */
async function isRefused(): Promise<boolean> {
  try {
    const { status } = await fetch('/', { method: 'HEAD', cache: 'no-store' });
    return status === 401 || status === 403;
  } catch {
    // Nobody answers at all: the program is gone, perhaps to return.
    return false;
  }
}
