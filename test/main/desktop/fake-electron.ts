/**
 * Stands in for Electron, whose binary a test machine may not have: it records what is asked of it and sends the events that
 * the real one would. Typed by electron.d.ts, so that it cannot promise what Electron does not have.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type Electron from 'electron';
import { vi } from 'vitest';

/** An event that can be prevented. */
export function preventable() {
  const event = {
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true;
    },
  };
  return event;
}

export class FakeWebContents extends EventEmitter {
  openHandler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0] | null = null;
  readonly reload = vi.fn<Electron.WebContents['reload']>();
  readonly setWindowOpenHandler: Electron.WebContents['setWindowOpenHandler'] = (handler) => {
    this.openHandler = handler;
  };
}

const windows: FakeWindow[] = [];

export class FakeWindow extends EventEmitter {
  readonly options: Electron.BrowserWindowConstructorOptions;
  readonly webContents = new FakeWebContents();
  readonly loadURL = vi.fn<Electron.BrowserWindow['loadURL']>(() => Promise.resolve());
  readonly show = vi.fn<Electron.BrowserWindow['show']>();
  readonly focus = vi.fn<Electron.BrowserWindow['focus']>();
  readonly restore = vi.fn<Electron.BrowserWindow['restore']>();
  readonly maximize = vi.fn<Electron.BrowserWindow['maximize']>();
  readonly isMinimized = vi.fn<Electron.BrowserWindow['isMinimized']>(() => false);
  readonly isMaximized = vi.fn<Electron.BrowserWindow['isMaximized']>(() => false);
  readonly setProgressBar = vi.fn<Electron.BrowserWindow['setProgressBar']>();
  readonly getNormalBounds = vi.fn<Electron.BrowserWindow['getNormalBounds']>(() => ({
    x: 10,
    y: 20,
    width: 1000,
    height: 700,
  }));

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  /** As when a person closes it. @returns whether it is gone */
  close(): boolean {
    const event = preventable();
    this.emit('close', event);
    if (event.defaultPrevented) return false;
    windows.splice(windows.indexOf(this), 1);
    this.emit('closed');
    if (windows.length === 0) app.emit('window-all-closed');
    return true;
  }
}

let ready: PromiseWithResolvers<void> = Promise.withResolvers();

export const app = Object.assign(new EventEmitter(), {
  enableSandbox: vi.fn<Electron.App['enableSandbox']>(),
  setPath: vi.fn<Electron.App['setPath']>(),
  requestSingleInstanceLock: vi.fn<Electron.App['requestSingleInstanceLock']>(() => true),
  whenReady: vi.fn<Electron.App['whenReady']>(() => ready.promise),
  clearRecentDocuments: vi.fn<Electron.App['clearRecentDocuments']>(),
  addRecentDocument: vi.fn<Electron.App['addRecentDocument']>(),
  exit: vi.fn<Electron.App['exit']>(),
  /** As the real one: asks, closes the windows, asks once more. */
  quit: vi.fn<Electron.App['quit']>(() => {
    const event = preventable();
    app.emit('before-quit', event);
    if (event.defaultPrevented) return;
    for (const window of [...windows]) if (!window.close()) return;
    app.emit('will-quit');
  }),
});

/** What the session of the window was told. */
export const defaultSession = {
  setPermissionRequestHandler: vi.fn<Electron.Session['setPermissionRequestHandler']>(),
  setPermissionCheckHandler: vi.fn<Electron.Session['setPermissionCheckHandler']>(),
  setDevicePermissionHandler: vi.fn<Electron.Session['setDevicePermissionHandler']>(),
  webRequest: {
    onBeforeRequest:
      vi.fn<
        (
          listener: (
            details: Pick<Electron.OnBeforeRequestListenerDetails, 'url'>,
            answer: (response: Electron.CallbackResponse) => void,
          ) => void,
        ) => void
      >(),
  },
};

export const protocol = {
  registerSchemesAsPrivileged: vi.fn<Electron.Protocol['registerSchemesAsPrivileged']>(),
  handle: vi.fn<Electron.Protocol['handle']>(),
};

export const ipcMain = new EventEmitter();

export const dialog = {
  showErrorBox: vi.fn<Electron.Dialog['showErrorBox']>(),
  showMessageBox: vi.fn<(...args: unknown[]) => Promise<Electron.MessageBoxReturnValue>>(),
  showOpenDialog: vi.fn<(...args: unknown[]) => Promise<Electron.OpenDialogReturnValue>>(),
};

export const powerSaveBlocker = {
  start: vi.fn<Electron.PowerSaveBlocker['start']>(() => 7),
  stop: vi.fn<Electron.PowerSaveBlocker['stop']>(() => true),
};

const WORK_AREA = { x: 0, y: 0, width: 1920, height: 1040 };

/** A real process for jobs, started as Node does it: what is fake is only the way to it. */
export class FakeUtilityProcess extends EventEmitter {
  static readonly all: FakeUtilityProcess[] = [];
  readonly child: ChildProcess;
  readonly stderr = new PassThrough();
  readonly options: Electron.ForkOptions;

  constructor(modulePath: string, options: Electron.ForkOptions) {
    super();
    this.options = options;
    FakeUtilityProcess.all.push(this);
    const entry = join(import.meta.dirname, '..', '..', '..', 'main', 'jobs', 'job-entry.ts');
    if (!modulePath.endsWith('utility-entry.js')) throw new Error(`there is no ${modulePath}`);
    this.child = fork(entry, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child.stderr?.pipe(this.stderr);
    this.child.on('message', (message) => this.emit('message', message));
    this.child.once('close', (code) => this.emit('exit', code ?? 1));
  }

  readonly postMessage: Electron.UtilityProcess['postMessage'] = (message: object) => {
    if (this.child.connected) this.child.send(message);
  };

  readonly kill: Electron.UtilityProcess['kill'] = () => this.child.kill('SIGKILL');
}

export const electron = {
  app,
  protocol,
  ipcMain,
  dialog,
  powerSaveBlocker,
  BrowserWindow: FakeWindow,
  session: { defaultSession },
  screen: { getAllDisplays: () => [{ workArea: WORK_AREA }] },
  nativeTheme: { shouldUseDarkColors: false },
  Menu: {
    buildFromTemplate: vi.fn((template: Electron.MenuItemConstructorOptions[]) => template),
    setApplicationMenu: vi.fn<(menu: Electron.MenuItemConstructorOptions[]) => void>(),
  },
  utilityProcess: {
    fork: (modulePath: string, _args: string[], options: Electron.ForkOptions) =>
      new FakeUtilityProcess(modulePath, options),
  },
};

export const openWindows = (): readonly FakeWindow[] => windows;

/** The one window that is open. */
export function onlyWindow(): FakeWindow {
  const [window, ...others] = windows;
  if (window === undefined || others.length > 0) throw new Error(`${windows.length} windows are open`);
  return window;
}

export function becomeReady(): void {
  ready.resolve();
}

/** As before the application was started. */
export function resetElectron(): void {
  ready = Promise.withResolvers();
  windows.length = 0;
  FakeUtilityProcess.all.length = 0;
  app.removeAllListeners();
  ipcMain.removeAllListeners();
  vi.clearAllMocks();
}
