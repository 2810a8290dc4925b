import { type BrowserWindow, dialog } from 'electron';
import type { Job } from '../../preload/contract.ts';
import { isRunning } from './running-jobs.ts';

/** Asks before running jobs are stopped. @returns whether to go */
export async function mayLeave(jobs: readonly Job[], window: BrowserWindow | null): Promise<boolean> {
  const running = jobs.filter(isRunning);
  if (running.length === 0) return true;
  const titles = running.map(({ title }) => title).join(', ');
  const question = {
    type: 'question',
    message:
      running.length === 1 ? 'Stop what is running?' : `Stop the ${running.length} jobs that are running?`,
    detail: `${titles}. What is done so far is saved and can be resumed at the next start.`,
    buttons: ['Save and quit', 'Keep running'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  } satisfies Electron.MessageBoxOptions;
  const { response } =
    window === null ? await dialog.showMessageBox(question) : await dialog.showMessageBox(window, question);
  return response === 0;
}
