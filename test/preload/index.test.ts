import type Electron from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FOLDERS_DROPPED, OPEN_PORT } from '../../preload/contract/transport.ts';

const bridge = vi.hoisted(() => ({
  ipcRenderer: { postMessage: vi.fn<Electron.IpcRenderer['postMessage']>() },
  webUtils: { getPathForFile: vi.fn<Electron.WebUtils['getPathForFile']>(({ name }) => `/folders/${name}`) },
  contextBridge: { exposeInMainWorld: vi.fn<Electron.ContextBridge['exposeInMainWorld']>() },
}));
vi.mock('electron', () => bridge);

/** The window of the page, as far as the bridge uses it. */
class Page extends EventTarget {
  readonly postMessage = vi.fn<(message: unknown, origin: string) => void>();

  send(type: string, fields: object): Event {
    const event = Object.assign(new Event(type, { cancelable: true }), fields);
    this.dispatchEvent(event);
    return event;
  }
}

let page = new Page();

beforeEach(async () => {
  page = new Page();
  vi.stubGlobal('window', page);
  vi.stubGlobal('location', { origin: 'app://flowscreen' });
  vi.resetModules();
  await import('../../preload/index.ts');
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

const item = (name: string, isDirectory: boolean) => ({
  webkitGetAsEntry: () => ({ isDirectory }),
  getAsFile: () => new File([], name),
});

describe('the bridge', () => {
  it('exposes nothing to the page', () => {
    expect(bridge.contextBridge.exposeInMainWorld).not.toHaveBeenCalled();
  });

  it("hands the page's port on, once for each time it is asked", () => {
    const { port1 } = new MessageChannel();
    page.send('message', { source: page, data: OPEN_PORT, ports: [port1] });
    expect(bridge.ipcRenderer.postMessage.mock.calls).toEqual([[OPEN_PORT, null, [port1]]]);
  });

  it.each([
    ['another window', { source: new EventTarget(), data: OPEN_PORT, ports: [] }],
    ['nobody', { source: null, data: OPEN_PORT, ports: [] }],
    ['the page about something else', { data: 'open', ports: [] }],
    ['the page with more than the word', { data: { type: OPEN_PORT }, ports: [] }],
  ])('passes on no message of %s', (_, fields) => {
    page.send('message', { source: page, ...fields });
    expect(bridge.ipcRenderer.postMessage).not.toHaveBeenCalled();
  });

  it('tells the page where dropped folders lie, and nothing of dropped files', () => {
    const dropped = page.send('drop', {
      dataTransfer: { items: [item('mri', true), item('a.png', false), item('lot 7', true)] },
    });
    expect(dropped.defaultPrevented).toBe(true);
    expect(page.postMessage.mock.calls).toEqual([
      [{ type: FOLDERS_DROPPED, paths: ['/folders/mri', '/folders/lot 7'] }, 'app://flowscreen'],
    ]);
  });

  it('says nothing where no folder was dropped, and lets the window open no file', () => {
    for (const dataTransfer of [null, { items: [] }, { items: [item('a.png', false)] }]) {
      expect(page.send('drop', { dataTransfer }).defaultPrevented).toBe(true);
    }
    expect(page.send('dragover', {}).defaultPrevented).toBe(true);
    expect(page.postMessage).not.toHaveBeenCalled();
  });
});
