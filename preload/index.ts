/**
 * The bridge of the sandboxed window: hands the page's end of a MessagePort to the main process, and tells the page where
 * folders lie that were dropped onto it. Nothing is exposed to the page.
 */
import { ipcRenderer, webUtils } from 'electron';
import { FOLDERS_DROPPED, OPEN_PORT } from './contract/transport.ts';

window.addEventListener('message', ({ source, data, ports }: MessageEvent<unknown>) => {
  if (source === window && data === OPEN_PORT) ipcRenderer.postMessage(OPEN_PORT, null, [...ports]);
});

window.addEventListener('dragover', (event) => {
  // Without this a browser lets nothing be dropped.
  event.preventDefault();
});

window.addEventListener('drop', (event) => {
  event.preventDefault();
  const paths = [...(event.dataTransfer?.items ?? [])].flatMap((item) => {
    const file = item.webkitGetAsEntry()?.isDirectory === true ? item.getAsFile() : null;
    return file === null ? [] : [webUtils.getPathForFile(file)];
  });
  if (paths.length > 0) window.postMessage({ type: FOLDERS_DROPPED, paths }, location.origin);
});
