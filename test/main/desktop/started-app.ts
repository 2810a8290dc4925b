/** The application as Electron starts it, with Electron itself and the built page stood in for. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, expect, onTestFinished, vi } from 'vitest';
import { OPEN_PORT, type contract } from '../../../preload/contract.ts';
import { temporaryFolder } from '../cli/command-line.ts';
import { plantPage } from '../serve/page.ts';
import { app, becomeReady, dialog, ipcMain, openWindows, resetElectron } from './fake-electron.ts';

/** The machine may be busy. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, 30_000);

let starts = 0;

export const OURS = { url: 'app://flowscreen/#/datasets', parent: null };

let page = '';

/** The page need not be built for these tests: a small one stands in its place. */
export function withPlantedPage(ofPackage: object): object {
  return {
    ...ofPackage,
    get builtPage() {
      return page;
    },
  };
}

afterEach(async () => {
  dialog.showMessageBox.mockResolvedValue({ response: 0, checkboxChecked: false });
  await quit();
  resetElectron();
});

/** Starts the application as Electron does: the entry first, then the event. */
export async function launch(home: string, ...args: string[]): Promise<void> {
  page = plantPage();
  const { argv } = process;
  const listening = process.listeners('unhandledRejection');
  process.argv = ['flowscreen', '--home', home, '--device', 'cpu', ...args];
  onTestFinished(() => {
    process.argv = argv;
    for (const listener of process.listeners('unhandledRejection')) {
      if (!listening.includes(listener)) process.off('unhandledRejection', listener);
    }
  });
  // The query makes it another module each time: an entry is evaluated once for each start.
  const entry = `../../../main/index.ts?start=${++starts}`;
  await import(entry);
  becomeReady();
}

export async function launched(home = temporaryFolder(), ...args: string[]): Promise<string> {
  await launch(home, ...args);
  await eventually(() => expect(openWindows()).toHaveLength(1));
  return home;
}

/** @returns when everything is saved and the application is gone */
export async function quit(): Promise<void> {
  if (app.listenerCount('before-quit') === 0 || openWindows().length === 0) return;
  const gone = new Promise((resolve) => app.once('will-quit', resolve));
  app.quit();
  await gone;
}

/** A port of Electron's as its main process has it, and the calls from its other end. */
export function connect(senderFrame: object | null = OURS, ports = 1) {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port2.close());
  const start = vi.fn(() => port1.start());
  const close = vi.fn(() => port1.close());
  const ofMain = {
    start,
    close,
    postMessage: (message: unknown) => port1.postMessage(message),
    on: (event: string, listener: (event: { data: unknown }) => void) => {
      port1.addEventListener(event, (told) => listener({ data: 'data' in told ? told.data : null }));
    },
  };
  ipcMain.emit(OPEN_PORT, { senderFrame, ports: Array.from({ length: ports }, () => ofMain) });
  port2.start();
  const api: ContractRouterClient<typeof contract> = createORPCClient(new RPCLink({ port: port2 }));
  return { api, start, close };
}
