/** How a page reaches the calls: names that both ends of a transport must agree on. Imports nothing, so the bridge can have it. */

/** The path of the page's origin at which the browser face answers calls, over a WebSocket. */
export const RPC_PATH = '/rpc';

/** The window's message that hands the page's end of a MessagePort to the main process. */
export const OPEN_PORT = 'flowscreen:open-port';

/** The bridge's message to the page, `{ type, paths }`: folders that were dropped onto the window. */
export const FOLDERS_DROPPED = 'flowscreen:folders-dropped';
