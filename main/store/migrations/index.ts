import { initial } from './0001-initial.ts';
import { window } from './0002-window.ts';
import { imagesInFiles } from './0003-images-in-files.ts';
import { losses } from './0004-losses.ts';
import { encoders } from './0005-encoders.ts';
import type { Migration } from './migration.ts';

/** Every step, oldest first. */
export const migrations: readonly Migration[] = [initial, window, imagesInFiles, losses, encoders];
