import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { installedChromium } from '../../bench/window/chromium.ts';

/** A Chromium of this machine, installed by Debian's apt where there is none and that may be done; says what it does. */
export function findBrowser(): string | null {
  const found = installedChromium();
  if (found !== null) return found;
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log('No Chromium was found: the end-to-end tests are skipped. Install chromium to run them.');
    return null;
  }
  console.log('Installing chromium with apt-get for the end-to-end tests …');
  const quietly = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  spawnSync('apt-get', ['update', '-qq'], quietly);
  spawnSync('apt-get', ['install', '-y', '-qq', 'chromium'], quietly);
  const now = installedChromium();
  if (now === null) console.log('chromium could not be installed: the end-to-end tests are skipped.');
  return now;
}
