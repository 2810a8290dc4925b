import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

/** Why a real small disk cannot be made here, or undefined where it can. */
export function noSmallDiskBecause(): string | undefined {
  if (process.platform !== 'linux') return 'a small disk is made with a Linux tmpfs';
  // Only trying tells: root may lack the right too, as in most containers.
  const folder = mkdtempSync(join(tmpdir(), 'flowscreen-mount-'));
  try {
    mount(folder, 64);
    unmount(folder);
    return undefined;
  } catch {
    return 'this user may not mount a tmpfs';
  } finally {
    rmdirSync(folder);
  }
}

/** A real file system of that size, gone when the test ends. */
export function smallDisk(kibibytes: number): string {
  const folder = temporaryFolder();
  mount(folder, kibibytes);
  onTestFinished(() => unmount(folder));
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

function mount(folder: string, kibibytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', folder], { stdio: 'pipe' });
}

function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
}
