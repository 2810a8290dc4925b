// npm start: builds where that is needed, then opens the desktop's window, or the browser face where there is no
// Electron or no screen, and says which. Arguments are passed on: npm start -- --home <folder>
import { join } from 'node:path';
import { buildWhenStale } from './build-when-stale.mjs';
import { findElectron } from './electron.mjs';
import { runProgram } from './run-program.mjs';

const root = join(import.meta.dirname, '..');
const built = await buildWhenStale();
if (built !== 0) process.exit(built);

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
  process.exitCode = await runProgram(electron, join(root, 'out/main/index.js'), ...given);
} else {
  console.log(`${reason}: flowscreen opens in a browser.`);
  const open = hasScreen ? ['--open'] : [];
  process.exitCode = await runProgram(
    process.execPath,
    join(root, 'out/main/cli.js'),
    'serve',
    ...open,
    ...given,
  );
}
