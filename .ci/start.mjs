// npm start: builds where that is needed, then opens the desktop's window, or the browser face where there is no
// Electron or no screen, and says which. Arguments are passed on: npm start -- --home <folder>
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findElectron } from './electron.mjs';

const root = join(import.meta.dirname, '..');
const SOURCES = ['main', 'models', 'preload', 'renderer', 'package.json', 'electron.vite.config.ts'];
const BUILT = ['out/main/index.js', 'out/main/cli.js', 'out/preload/index.cjs', 'out/renderer/index.html'];

const changed = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

function newest(path) {
  if (!statSync(join(root, path)).isDirectory()) return changed(path);
  return Math.max(
    ...readdirSync(join(root, path), { recursive: true }).map((name) => changed(join(path, name))),
  );
}

// A terminal sends Ctrl-C to the whole group: the program saves what runs, this process waits. Others send to this one only.
let child;
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child?.kill(signal));

/** @returns {Promise<number>} the exit code */
function run(program, ...args) {
  child = spawn(program, args, { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      console.error(`${program} could not be started: ${message}`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

if (Math.min(...BUILT.map(changed)) < Math.max(...SOURCES.map(newest))) {
  console.log('Building flowscreen …');
  const code = await run(
    process.execPath,
    join(root, 'node_modules/electron-vite/bin/electron-vite.js'),
    'build',
    root,
  );
  if (code !== 0) process.exit(code);
}

const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const electron = await findElectron();
const given = process.argv.slice(2);

function missing() {
  if (electron === null) return 'Electron is not installed here';
  if (!hasScreen) return 'There is no screen here';
  // Chromium's sandbox cannot be had as root, and without it the window is not opened.
  if (process.platform === 'linux' && process.getuid() === 0) return 'Electron does not run as root';
  return null;
}

const reason = missing();
if (reason === null) {
  console.log('Opening the desktop window.');
  process.exitCode = await run(electron, join(root, 'out/main/index.js'), ...given);
} else {
  console.log(`${reason}: flowscreen opens in a browser.`);
  const open = hasScreen ? ['--open'] : [];
  process.exitCode = await run(process.execPath, join(root, 'out/main/cli.js'), 'serve', ...open, ...given);
}
