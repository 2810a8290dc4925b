import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openWindow } from '../../main/window.ts';
import { type FakeWindow, onlyWindow, resetElectron } from './desktop/fake-electron.ts';

vi.mock('electron', async () => (await import('./desktop/fake-electron.ts')).electron);

afterEach(() => resetElectron());

function opened(
  state = { bounds: { width: 1200, height: 800 }, maximised: false },
  dark = false,
): FakeWindow {
  openWindow(state, dark);
  return onlyWindow();
}

describe('the window', () => {
  it('gives its page nothing but a sandbox and the bridge', () => {
    const { preload, ...settings } = opened().options.webPreferences ?? {};
    expect(settings).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    });
    // out/main/window → out/preload/index.cjs, as the build lays them out; here main/window.ts → preload/
    expect(preload).toBe(join(import.meta.dirname, '..', '..', 'preload', 'index.cjs'));
    expect(existsSync(dirname(preload ?? ''))).toBe(true);
  });

  it('loads the page of the program, and shows itself when there is something to see', () => {
    const window = opened();
    expect(window.loadURL.mock.calls).toEqual([['app://flowscreen/']]);
    expect(window.options.show).toBe(false);
    expect(window.show).not.toHaveBeenCalled();
    window.emit('ready-to-show');
    expect(window.show).toHaveBeenCalledOnce();
  });

  it('is where it was', () => {
    const bounds = { x: 5, y: 6, width: 1300, height: 850 };
    const window = opened({ bounds, maximised: true });
    expect(window.options).toMatchObject(bounds);
    expect(window.maximize).toHaveBeenCalledOnce();
  });

  it('does not flash white in the dark', () => {
    expect(opened(undefined, true).options.backgroundColor).toBe('#131517');
  });
});
