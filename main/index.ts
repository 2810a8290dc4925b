/** The desktop's entry: lifecycle and composition only. */
import { join } from 'node:path';
import { type BrowserWindow, Menu, app, dialog, nativeTheme, screen, session } from 'electron';
import { z } from 'zod';
import { handleAsset } from './api/pictures/assets.ts';
import { listDatasets } from './api/datasets/datasets.ts';
import { type OpenApp, openApp } from './api/open-app.ts';
import { builtPage } from './api/package.ts';
import { userName } from './api/user-name.ts';
import { WindowCommands } from './api/window-commands.ts';
import { confinePages, confineSession } from './desktop/confinement.ts';
import { pickFolder } from './desktop/folder-dialog.ts';
import { startUtilityProcess } from './desktop/job-process.ts';
import { mayLeave } from './desktop/leaving.ts';
import { menuTemplate } from './desktop/menu.ts';
import { type DesktopOptions, desktopOptions } from './desktop/options.ts';
import { registerPageScheme, servePage } from './desktop/page-scheme.ts';
import { acceptPorts } from './desktop/ports.ts';
import { followRunningJobs } from './desktop/running-jobs.ts';
import { sentenceOf } from './desktop/sentence.ts';
import { readWindowState, saveWindowState } from './desktop/window-state.ts';
import { openSite } from './serve/site.ts';
import { openWindow } from './window.ts';

const RECENT_DATASETS = 10;

/** What a second start of the application tells the first. */
const SecondStart = z.object({ folder: z.string().nullable() });

const commands = new WindowCommands();
let services: OpenApp | null = null;
let window: BrowserWindow | null = null;
/** From the first request to quit: nothing is left to be saved when it is done. */
let leaving: 'no' | 'asked' | 'done' = 'no';

try {
  const options = desktopOptions(process.argv, process.defaultApp);
  app.enableSandbox();
  // Beside the data: two data folders are two applications, each with one window.
  app.setPath('userData', join(options.home, 'desktop'));
  if (app.requestSingleInstanceLock({ folder: options.folder } satisfies z.infer<typeof SecondStart>))
    run(options);
  else app.quit();
} catch (error) {
  fail(error);
}

function run(options: DesktopOptions): void {
  registerPageScheme();
  confinePages();
  offer(options.folder);
  app.on('second-instance', (_event, _argv, _workingFolder, sent) => {
    offer(SecondStart.parse(sent).folder);
    reveal();
  });
  // Where the system hands over what was dropped onto the application's icon.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    offer(path);
    reveal();
  });
  app.on('activate', () => reveal());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('before-quit', (event) => {
    if (services === null || leaving === 'done') return;
    event.preventDefault();
    if (leaving === 'no') void leave(services).catch(fail);
  });
  // What nobody foresaw in the background must be found afterwards; the window goes on.
  process.on('unhandledRejection', (error) => services?.logFailure('a promise was left rejected', error));
  app
    .whenReady()
    .then(() => start(options), fail)
    .catch(fail);
}

async function start({ home, device }: DesktopOptions): Promise<void> {
  confineSession(session.defaultSession);
  const opened = await openApp({
    home,
    device,
    who: userName(),
    face: 'desktop',
    commands,
    startJobProcess: startUtilityProcess,
    pickFolder: () => pickFolder(window),
  });
  services = opened;
  const { logFailure } = opened;
  const site = await openSite({
    folder: builtPage,
    assets: (request) => handleAsset(request, opened),
    logFailure,
  });
  servePage(site);
  acceptPorts(opened);
  const closing = new AbortController();
  app.once('will-quit', () => closing.abort());
  const background = (what: string, work: Promise<void>) => {
    work.catch((error: unknown) => logFailure(what, error));
  };
  background('the menu was not kept up to date', keepMenu(opened, closing.signal));
  background(
    'running jobs were not followed',
    followRunningJobs(opened.jobs, () => window, closing.signal),
  );
  reveal();
}

/** Offers a folder of images to the window. */
function offer(folder: string | null): void {
  if (folder !== null) commands.send({ kind: 'add-folder', path: folder });
}

/** Brings the window to the front; opens it where there is none. */
function reveal(): void {
  if (services === null) return;
  if (window === null) window = openMainWindow(services);
  else {
    if (window.isMinimized()) window.restore();
    window.focus();
  }
}

function openMainWindow({ services: { home }, logFailure }: OpenApp): BrowserWindow {
  const file = join(home, 'desktop', 'window.json');
  const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const opened = openWindow(readWindowState(file, areas), nativeTheme.shouldUseDarkColors);
  opened.on('close', (event) => {
    try {
      saveWindowState(file, { bounds: opened.getNormalBounds(), maximised: opened.isMaximized() });
    } catch (error) {
      logFailure('the place of the window was not saved', error);
    }
    // The question whether to stop what runs needs a window to stand before; on a Mac the program goes on without one.
    if (process.platform === 'darwin' || leaving === 'done') return;
    event.preventDefault();
    app.quit();
  });
  opened.on('closed', () => {
    window = null;
  });
  opened.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit') return;
    logFailure(`the page's process ended: ${reason}`, null);
    dialog.showErrorBox('flowscreen', 'The window stopped working; what runs goes on. It is loaded again.');
    opened.webContents.reload();
  });
  return opened;
}

async function keepMenu(opened: OpenApp, signal: AbortSignal): Promise<void> {
  const show = async () => {
    const datasets = await listDatasets(opened.services);
    const recent = datasets
      .toSorted((a, b) => (b.lastScannedAt ?? '').localeCompare(a.lastScannedAt ?? ''))
      .slice(0, RECENT_DATASETS);
    const template = menuTemplate({
      platform: process.platform,
      recent,
      send: (command) => {
        commands.send(command);
        reveal();
      },
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
    app.clearRecentDocuments();
    for (const { root, pseudonymised } of recent.toReversed()) {
      // The desktop keeps its own list, which would hold what flowscreen does not store.
      if (root !== null && !pseudonymised) app.addRecentDocument(root);
    }
  };
  await show();
  for await (const { topic } of opened.changes.follow(signal)) if (topic === 'datasets') await show();
}

async function leave(opened: OpenApp): Promise<void> {
  leaving = 'asked';
  if (!(await mayLeave(opened.jobs.list(), window))) {
    leaving = 'no';
    return;
  }
  await opened.close();
  leaving = 'done';
  app.quit();
}

/** Nothing can go on: says why and ends. */
function fail(error: unknown): void {
  services?.logFailure('the desktop could not go on', error);
  dialog.showErrorBox('flowscreen', sentenceOf(error));
  app.exit(1);
}
