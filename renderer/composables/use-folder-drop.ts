import { onScopeDispose } from 'vue';
import { FOLDERS_DROPPED } from '../../preload/contract.ts';
import { inDesktop } from '../transports.ts';

/**
 * Tells of folders dropped onto the window: the first one's path in the desktop, null in a browser, which does not say where
 * a folder lies.
 */
export function useFolderDrop(dropped: (path: string | null) => void): void {
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
  const over = (event: DragEvent): void => {
    if (!carriesFiles(event)) return;
    // Without this the window would leave the page for the file.
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
  };
  const drop = (event: DragEvent): void => {
    if (!carriesFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    if (!inDesktop) dropped(null);
  };
  const told = ({ source, data }: MessageEvent<unknown>): void => {
    const path = source === window ? firstPath(data) : null;
    if (path !== null) dropped(path);
  };
  window.addEventListener('dragover', over);
  window.addEventListener('drop', drop);
  window.addEventListener('message', told);
  onScopeDispose(() => {
    window.removeEventListener('dragover', over);
    window.removeEventListener('drop', drop);
    window.removeEventListener('message', told);
  });
}

function firstPath(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('type' in data) || !('paths' in data)) return null;
  if (data.type !== FOLDERS_DROPPED || !Array.isArray(data.paths)) return null;
  const first: unknown = data.paths[0];
  return typeof first === 'string' ? first : null;
}
