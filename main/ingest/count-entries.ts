import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isJunk } from './walk.ts';

/**
 * How many entries a walk of the folder will give, about: links are not followed, and what cannot be listed is left out. Only names
 * are asked for, so that it is done long before the walk.
 */
export async function countEntries(root: string): Promise<number> {
  let count = 0;
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await list(join(root, folder))) {
      if (entry.isDirectory() && !isJunk(entry.name)) folders.push(join(folder, entry.name));
      else count += 1;
    }
  }
  return count;
}

async function list(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // The walk says what is wrong with it.
    return [];
  }
}
