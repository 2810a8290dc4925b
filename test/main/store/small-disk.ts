import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

/** Why a real small disk cannot be made here, or undefined where it can. */
export function noSmallDiskBecause(): string | undefined {
  if (process.platform !== 'linux') return 'a small disk is made with a Linux tmpfs';
  if (process.getuid?.() !== 0) return 'only root may mount a tmpfs';
  return undefined;
}

/** A real file system of that size, gone when the test ends. */
export function smallDisk(kibibytes: number): string {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', folder]);
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder]);
  });
  return folder;
}

export function remountReadOnly(folder: string): void {
  execFileSync('mount', ['-o', 'remount,ro', folder]);
}

/** Takes all the space that is left. @returns the file that holds it */
export function fillDisk(folder: string): string {
  const path = join(folder, 'filler');
  const descriptor = openSync(path, 'a');
  const block = new Uint8Array(4096);
  try {
    for (;;) writeSync(descriptor, block);
  } catch {
    return path;
  } finally {
    closeSync(descriptor);
  }
}
