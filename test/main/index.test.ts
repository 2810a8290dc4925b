import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { copyImages, temporaryFolder } from './cli/command-line.ts';
import {
  app,
  defaultSession,
  dialog,
  electron,
  onlyWindow,
  openWindows,
  preventable,
  protocol,
  resetElectron,
} from './desktop/fake-electron.ts';
import { OURS, connect, eventually, launch, launched, quit } from './desktop/started-app.ts';

vi.mock('electron', async () => (await import('./desktop/fake-electron.ts')).electron);

vi.mock('../../main/api/package.ts', async (original) =>
  (await import('./desktop/started-app.ts')).withPlantedPage(await original<object>()),
);

describe('before the application is ready', () => {
  it('every page is put into a sandbox, and the page gets an origin of its own', async () => {
    await launched();
    const [ready] = app.whenReady.mock.invocationCallOrder;
    expect(app.enableSandbox.mock.invocationCallOrder[0]).toBeLessThan(ready ?? 0);
    expect(protocol.registerSchemesAsPrivileged.mock.invocationCallOrder[0]).toBeLessThan(ready ?? 0);
    expect(protocol.registerSchemesAsPrivileged.mock.calls).toEqual([
      [
        [
          {
            scheme: 'app',
            privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
          },
        ],
      ],
    ]);
  });

  it("the desktop's own files go into the data folder", async () => {
    const home = await launched();
    expect(app.setPath.mock.calls).toEqual([['userData', join(home, 'desktop')]]);
    expect(app.setPath.mock.invocationCallOrder[0]).toBeLessThan(
      app.requestSingleInstanceLock.mock.invocationCallOrder[0] ?? 0,
    );
  });

  it('a second start hands its folder to the first, and ends without touching the data', async () => {
    app.requestSingleInstanceLock.mockReturnValueOnce(false);
    const home = temporaryFolder();
    await launch(home, '/images');
    expect(app.requestSingleInstanceLock.mock.calls).toEqual([[{ folder: '/images' }]]);
    expect(app.quit).toHaveBeenCalledOnce();
    expect(app.whenReady).not.toHaveBeenCalled();
    expect(readdirSync(home)).toEqual([]);
  });
});

describe('the page', () => {
  it('is served under its own address with its policy, and nothing else is', async () => {
    await launched();
    const [[scheme, serve] = []] = protocol.handle.mock.calls;
    expect(scheme).toBe('app');
    if (serve === undefined) throw new Error('nobody serves the page');
    const page = await serve(new Request('app://flowscreen/'));
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('ws:');
    expect((await serve(new Request('app://flowscreen/page/a.js'))).status).toBe(200);
    expect((await serve(new Request('app://flowscreen/assets/thumbnails/1/128'))).status).toBe(404);
    expect((await serve(new Request('app://elsewhere/'))).status).toBe(404);
    expect((await serve(new Request('app://flowscreen/', { method: 'POST' }))).status).toBe(405);
  });

  it('gets no permission, whatever it asks for', async () => {
    await launched();
    const [[request] = []] = defaultSession.setPermissionRequestHandler.mock.calls;
    const answers: boolean[] = [];
    Reflect.apply(request ?? (() => undefined), undefined, [
      null,
      'media',
      (yes: boolean) => answers.push(yes),
    ]);
    expect(answers).toEqual([false]);
    const [[check] = []] = defaultSession.setPermissionCheckHandler.mock.calls;
    expect(Reflect.apply(check ?? (() => true), undefined, [null, 'clipboard-read'])).toBe(false);
    const [[device] = []] = defaultSession.setDevicePermissionHandler.mock.calls;
    expect(Reflect.apply(device ?? (() => true), undefined, [{}])).toBe(false);
  });

  it.each([
    ['app://flowscreen/page/a.js', false],
    ['blob:app://flowscreen/1', false],
    ['data:image/png;base64,', false],
    ['devtools://devtools/bundled/x.html', false],
    ['https://example.com/', true],
    ['http://127.0.0.1/', true],
    ['file:///etc/passwd', true],
    ['ws://127.0.0.1/', true],
    ['nonsense', true],
  ])('asks nobody else for anything: %s', async (url, cancelled) => {
    await launched();
    const [[decide] = []] = defaultSession.webRequest.onBeforeRequest.mock.calls;
    const answers: unknown[] = [];
    decide?.({ url }, (answer) => answers.push(answer));
    expect(answers).toEqual([{ cancel: cancelled }]);
  });

  it.each([
    ['app://flowscreen/#/fit', true, true],
    ['app://elsewhere/', true, false],
    ['https://flowscreen/', true, false],
    ['file:///etc/passwd', true, false],
    ['javascript:alert(1)', true, false],
    ['app://flowscreen/', false, false],
  ])('stays where it is: %s, in the main frame %s', async (url, isMainFrame, goes) => {
    await launched();
    const event = Object.assign(preventable(), { url, isMainFrame });
    onlyWindow().webContents.emit('will-frame-navigate', event);
    expect(event.defaultPrevented).toBe(!goes);
  });

  it('opens no window, follows no redirect and holds no other page', async () => {
    await launched();
    const { webContents } = onlyWindow();
    expect(Reflect.apply(webContents.openHandler ?? (() => undefined), undefined, [{}])).toEqual({
      action: 'deny',
    });
    for (const name of ['will-redirect', 'will-attach-webview']) {
      const event = preventable();
      webContents.emit(name, event);
      expect(event.defaultPrevented).toBe(true);
    }
  });

  it('is loaded again where its process dies, and the log says so', async () => {
    const home = await launched();
    const { webContents } = onlyWindow();
    webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(webContents.reload).not.toHaveBeenCalled();
    webContents.emit('render-process-gone', {}, { reason: 'oom' });
    expect(webContents.reload).toHaveBeenCalledOnce();
    const [log = ''] = readdirSync(join(home, 'logs'));
    expect(readFileSync(join(home, 'logs', log), 'utf8')).toContain('oom');
  });
});

describe('a port', () => {
  it('from the page carries the calls of the contract', async () => {
    const home = await launched();
    const { api } = connect();
    expect(await api.system.info()).toMatchObject({ face: 'desktop', home });
    await expect(api.jobs.stop({ jobId: 9 })).rejects.toMatchObject({
      code: 'SERVICE',
      data: { kind: 'unknown-job' },
    });
  });

  it.each([
    ['a frame in the page', { ...OURS, parent: OURS }],
    ['another address', { url: 'https://example.com/', parent: null }],
    ['another host', { url: 'app://elsewhere/', parent: null }],
    ['a frame that is gone', null],
  ])('from %s is closed unheard', async (_, frame) => {
    await launched();
    const { start, close } = connect(frame);
    expect(close).toHaveBeenCalledOnce();
    expect(start).not.toHaveBeenCalled();
  });

  it.each([0, 2])('comes alone: %d are refused', async (ports) => {
    await launched();
    const { start, close } = connect(OURS, ports);
    expect(start).not.toHaveBeenCalled();
    expect(close).toHaveBeenCalledTimes(ports);
  });

  it("asks with the system's folder dialog", async () => {
    await launched();
    const { api } = connect();
    dialog.showOpenDialog.mockResolvedValueOnce({ canceled: false, filePaths: ['/images'] });
    expect(await api.folders.pick()).toEqual({ path: '/images' });
    expect(dialog.showOpenDialog).toHaveBeenCalledWith(
      onlyWindow(),
      expect.objectContaining({ properties: ['openDirectory'] }),
    );
    dialog.showOpenDialog.mockResolvedValueOnce({ canceled: true, filePaths: [] });
    expect(await api.folders.pick()).toEqual({ path: null });
  });
});

describe('a folder', () => {
  it('that the application, a second start of it, or the system names is offered to the window', async () => {
    await launched(temporaryFolder(), '/first');
    app.emit('second-instance', {}, [], '/', { folder: '/second' });
    app.emit('second-instance', {}, [], '/', { folder: null });
    const opening = preventable();
    app.emit('open-file', opening, '/third');
    expect(opening.defaultPrevented).toBe(true);
    const commands = await connect().api.system.commands();
    for (const path of ['/first', '/second', '/third']) {
      expect((await commands.next()).value).toEqual({ kind: 'add-folder', path });
    }
    await commands.return();
  });
});

describe('the window', () => {
  it('comes to the front when the application is started again', async () => {
    await launched();
    const window = onlyWindow();
    window.isMinimized.mockReturnValueOnce(true);
    app.emit('second-instance', {}, [], '/', { folder: null });
    expect(window.restore).toHaveBeenCalledOnce();
    expect(window.focus).toHaveBeenCalledOnce();
    app.emit('activate');
    expect(openWindows()).toHaveLength(1);
  });

  it('comes back where it was', async () => {
    const home = await launched();
    onlyWindow().isMaximized.mockReturnValue(true);
    await quit();
    resetElectron();
    await launched(home);
    expect(onlyWindow().options).toMatchObject({ x: 10, y: 20, width: 1000, height: 700 });
    expect(onlyWindow().maximize).toHaveBeenCalledOnce();
  });
});

describe('the menu', () => {
  it('names the datasets that were added', async () => {
    await launched();
    const root = temporaryFolder();
    copyImages('fit', root, 3);
    const { api } = connect();
    await api.datasets.add({ root, name: 'brains', labelsFromSubfolders: false, pseudonymise: false });
    await eventually(() => {
      const [template] = electron.Menu.setApplicationMenu.mock.lastCall ?? [];
      expect(JSON.stringify(template)).toContain('"brains"');
    });
    expect(app.addRecentDocument).toHaveBeenCalledWith(root);
  });
});

describe('a start that fails', () => {
  it('says why in one sentence, and ends', async () => {
    const home = temporaryFolder();
    mkdirSync(home, { recursive: true });
    writeFileSync(
      join(home, 'flowscreen.sqlite'),
      'this is no database, but long enough to be taken for one'.repeat(100),
    );
    await launch(home);
    await eventually(() => expect(app.exit).toHaveBeenCalledWith(1));
    expect(dialog.showErrorBox.mock.calls).toEqual([
      ['flowscreen', expect.stringMatching(/flowscreen\.sqlite/)],
    ]);
    expect(openWindows()).toHaveLength(0);
  });

  it('for a device that does not exist says so before anything else', async () => {
    const home = temporaryFolder();
    await launch(home, '--device', 'abacus');
    expect(dialog.showErrorBox.mock.calls).toEqual([['flowscreen', expect.stringContaining('abacus')]]);
    expect(app.exit).toHaveBeenCalledWith(1);
    expect(readdirSync(home)).toEqual([]);
  });
});
