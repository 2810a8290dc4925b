import { initial } from './0001-initial.ts';
import { window } from './0002-window.ts';
import type { Migration } from './migration.ts';

/** Every step, oldest first. */
export const migrations: readonly Migration[] = [initial, window];
