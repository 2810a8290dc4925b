/** The window: what the page in it may do, and nothing beyond. */
import { join } from 'node:path';
import { BrowserWindow } from 'electron';
import { PAGE_ADDRESS } from './desktop/page-scheme.ts';
import type { WindowState } from './desktop/window-state.ts';

/** Built beside the folder of this file: one CommonJS file, as a sandboxed window loads no other. */
const PRELOAD = join(import.meta.dirname, '..', 'preload', 'index.cjs');

export function openWindow({ bounds, maximised }: WindowState, dark: boolean): BrowserWindow {
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 800,
    minHeight: 560,
    title: 'flowscreen',
    // Shown when there is something to see; until then of the colour that will be there.
    show: false,
    backgroundColor: dark ? '#131517' : '#f3f4f5',
    webPreferences: {
      preload: PRELOAD,
      // The page's process may reach neither files nor the network but through the main process.
      sandbox: true,
      // The page cannot touch what the bridge has.
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      // The same-origin policy, and no insecure content in a secure page.
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      // A folder dropped beside the page's drop areas must not replace the page.
      navigateOnDragDrop: false,
      // Words that are typed here are not sent to anyone for their dictionary.
      spellcheck: false,
    },
  });
  if (maximised) window.maximize();
  window.once('ready-to-show', () => window.show());
  void window.loadURL(PAGE_ADDRESS);
  return window;
}
