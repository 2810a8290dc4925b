import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** A Chromium of this machine, installed by Debian's apt where there is none and that may be done; says what it does. */
export function findBrowser(): string | null {
  const found = installed();
  if (found !== null) return found;
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log('No Chromium was found: the end-to-end tests are skipped. Install chromium to run them.');
    return null;
  }
  console.log('Installing chromium with apt-get for the end-to-end tests …');
  const quietly = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  spawnSync('apt-get', ['update', '-qq'], quietly);
  spawnSync('apt-get', ['install', '-y', '-qq', 'chromium'], quietly);
  const now = installed();
  if (now === null) console.log('chromium could not be installed: the end-to-end tests are skipped.');
  return now;
}

function installed(): string | null {
  return PLACES.find((place) => existsSync(place)) ?? null;
}
