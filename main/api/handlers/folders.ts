import { browseFolder } from '../folders.ts';
import { os } from './base.ts';

export const folderHandlers = {
  browse: os.folders.browse.handler(({ input }) => browseFolder(input.path)),
  pick: os.folders.pick.handler(async ({ context }) => ({ path: await context.pickFolder() })),
};
