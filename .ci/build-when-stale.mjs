// Builds the programs and the page where a source is newer than what was built.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.mjs';

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

/** @returns {Promise<number>} the exit code of the build; 0 where there was nothing to do */
export async function buildWhenStale() {
  if (Math.min(...BUILT.map(changed)) >= Math.max(...SOURCES.map(newest))) return 0;
  console.log('Building flowscreen …');
  const builder = join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  return runProgram(process.execPath, builder, 'build', root);
}
