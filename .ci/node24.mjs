// Runs a script on the Node 24 that npm installed, whatever Node runs this file:
//   node .ci/node24.mjs <script> [arguments]
// npm's own `.bin/node` link cannot be relied on: npm 10 deletes it together with the Node packages of the
// platforms that it leaves out. This file itself must run on Node 20.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { constants } from 'node:os';

const modules = join(import.meta.dirname, '..', 'node_modules');
const platform = process.platform === 'win32' ? 'win' : process.platform;
const binary = process.platform === 'win32' ? 'node.exe' : 'node';

const installed = [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`, 'node']
  .map((name) => join(modules, name, 'bin', binary))
  .find((path) => existsSync(path));

if (installed === undefined && Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    `flowscreen runs on Node 24, and npm installed none for ${process.platform}-${process.arch}: ` +
      `run "npm ci" again, or start it with a Node of version 24 or newer (this one is ${process.versions.node}).`,
  );
  process.exit(1);
}

const node = installed ?? process.execPath;
const child = spawn(node, process.argv.slice(2), {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
});

// A terminal sends Ctrl-C to both processes: the child answers it (it may save a checkpoint), this one waits.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));

child.on('exit', (code, signal) => {
  process.exitCode = signal === null ? code : 128 + constants.signals[signal];
});
