import type { MenuItemConstructorOptions } from 'electron';
import type { WindowCommand } from '../../preload/contract.ts';

export interface RecentDataset {
  readonly id: number;
  readonly name: string;
}

export interface MenuContent {
  readonly platform: NodeJS.Platform;
  /** Latest first. */
  readonly recent: readonly RecentDataset[];
  readonly send: (command: WindowCommand) => void;
}

const VIEWS = [
  ['Datasets', 'datasets'],
  ['Fit', 'fit'],
  ['Triage', 'triage'],
  ['Thresholds', 'thresholds'],
  ['Models', 'models'],
  ['Encoders', 'encoders'],
  ['Activity', 'activity'],
] as const;

/** The menu of the application, with the shortcuts that each platform's users know. */
export function menuTemplate({ platform, recent, send }: MenuContent): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const settings: MenuItemConstructorOptions = {
    label: 'Settings…',
    accelerator: 'CommandOrControl+,',
    click: () => send({ kind: 'go', to: 'settings' }),
  };
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const application: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      separator,
      settings,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      {
        label: 'Add Folder…',
        accelerator: 'CommandOrControl+O',
        click: () => send({ kind: 'add-folder', path: null }),
      },
      {
        label: 'Recent Datasets',
        enabled: recent.length > 0,
        submenu: recent.map(({ id, name }) => ({
          // An ampersand in a name is no shortcut.
          label: name.replaceAll('&', '&&'),
          click: () => send({ kind: 'show-dataset', datasetId: id }),
        })),
      },
      separator,
      ...(mac ? [] : [settings, separator]),
      mac ? { role: 'close' } : { role: 'quit' },
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      ...VIEWS.map(([label, to], index) => ({
        label,
        accelerator: `CommandOrControl+${index + 1}`,
        click: () => send({ kind: 'go', to }),
      })),
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
      { role: 'reload' },
      { role: 'toggleDevTools' },
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    submenu: [
      { label: 'Keyboard Shortcuts', accelerator: 'F1', click: () => send({ kind: 'show-help' }) },
      ...(mac ? [] : [{ role: 'about' } satisfies MenuItemConstructorOptions]),
    ],
  };
  return [...(mac ? [application] : []), file, { role: 'editMenu' }, view, { role: 'windowMenu' }, help];
}
