import { type BrowserWindow, dialog } from 'electron';

/** The system's folder dialog. @returns null where it was closed without a choice */
export async function pickFolder(window: BrowserWindow | null): Promise<string | null> {
  const options = {
    title: 'Choose a folder of images',
    properties: ['openDirectory'],
  } satisfies Electron.OpenDialogOptions;
  const { canceled, filePaths } =
    window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options);
  return canceled ? null : (filePaths[0] ?? null);
}
