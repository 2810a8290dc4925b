import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { menuTemplate } from '../../../main/desktop/menu.ts';
import { WindowCommand } from '../../../preload/contract.ts';

function menu(platform: NodeJS.Platform, recent = [{ id: 3, name: 'R&D scans' }]) {
  const sent: WindowCommand[] = [];
  const template = menuTemplate({ platform, recent, send: (command) => sent.push(command) });
  return { sent, template, items: template.flatMap(itemsOf) };
}

const itemsOf = (item: MenuItemConstructorOptions): MenuItemConstructorOptions[] => [
  item,
  ...(Array.isArray(item.submenu) ? item.submenu.flatMap(itemsOf) : []),
];

/** As a click with the mouse; the arguments are Electron's and not looked at. */
const click = ({ click: clicked }: MenuItemConstructorOptions): unknown =>
  Reflect.apply(clicked ?? (() => undefined), undefined, []);

describe.each(['linux', 'win32', 'darwin'] as const)('the menu on %s', (platform) => {
  it('asks the window only for what the contract knows', () => {
    const { items, sent } = menu(platform);
    for (const item of items) click(item);
    expect(sent.length).toBeGreaterThan(8);
    expect(sent.map((command) => WindowCommand.parse(command))).toEqual(sent);
  });

  it('has the shortcuts that people know, each once', () => {
    const { items } = menu(platform);
    const shortcuts = items.flatMap(({ accelerator }) => (accelerator === undefined ? [] : [accelerator]));
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
    expect(shortcuts).toEqual(
      expect.arrayContaining(['CommandOrControl+O', 'CommandOrControl+,', 'CommandOrControl+1', 'F1']),
    );
    const roles = items.map(({ role }) => role);
    for (const role of [
      'quit',
      'editMenu',
      'windowMenu',
      'help',
      'zoomIn',
      'zoomOut',
      'resetZoom',
      'togglefullscreen',
    ]) {
      expect(roles).toContain(role);
    }
    expect(roles.includes('appMenu')).toBe(platform === 'darwin');
  });

  it('leads to recent datasets under their own names', () => {
    const { items, sent } = menu(platform);
    const recent = items.find(({ label }) => label === 'R&&D scans');
    if (recent !== undefined) click(recent);
    expect(sent).toEqual([{ kind: 'show-dataset', datasetId: 3 }]);
    expect(menu(platform, []).items.find(({ label }) => label === 'Recent Datasets')?.enabled).toBe(false);
  });
});
