/** The bridge of the sandboxed window: hands the page's end of a MessagePort to the main process, and nothing else. */
import { ipcRenderer } from 'electron';

export const OPEN_PORT = 'flowscreen:open-port';

window.addEventListener('message', ({ source, data, ports }: MessageEvent<unknown>) => {
  if (source === window && data === OPEN_PORT) ipcRenderer.postMessage(OPEN_PORT, null, [...ports]);
});
