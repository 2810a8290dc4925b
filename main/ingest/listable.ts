import { opendir } from 'node:fs/promises';
import { fileSystemError } from './errors.ts';

/** @throws IngestError not-found, unreadable, for what is no folder that can be listed */
export async function checkListable(folder: string): Promise<void> {
  try {
    const opened = await opendir(folder);
    await opened.close();
  } catch (thrown) {
    throw fileSystemError(thrown, folder);
  }
}
