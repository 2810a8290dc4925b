// Finds Electron's binary: node .ci/node24.mjs .ci/electron.mjs prints its path, or nothing where there is none.
// Nothing is ever downloaded. A binary comes from ELECTRON_OVERRIDE_DIST_PATH, from an earlier installation, or from an
// official zip in the cache folder of @electron/get, whose checksum must be the one that the electron package names.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const manifest = createRequire(import.meta.url).resolve('electron/package.json');
const electron = createRequire(manifest);
const folder = dirname(manifest);

const BINARY =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';

/** @returns {Promise<string | null>} */
export async function findElectron() {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (named) return existing(join(named, BINARY));
  return existing(join(folder, 'dist', BINARY)) ?? (await fromCache());
}

const existing = (path) => (existsSync(path) ? path : null);

async function fromCache() {
  const { downloadArtifact } = electron('@electron/get');
  let zip;
  try {
    zip = await downloadArtifact({
      version: electron('./package.json').version,
      artifactName: 'electron',
      platform: process.platform,
      arch: process.arch,
      cacheRoot: process.env.electron_config_cache,
      checksums: JSON.parse(readFileSync(join(folder, 'checksums.json'), 'utf8')),
      downloader: { download: () => Promise.reject(new Error('not in the cache')) },
    });
  } catch {
    return null;
  }
  await electron('@electron-internal/extract-zip').extract(zip, { dir: join(folder, 'dist') });
  // Where electron's own index.js, and Playwright through it, look.
  writeFileSync(join(folder, 'path.txt'), BINARY);
  return existing(join(folder, 'dist', BINARY));
}

if (import.meta.filename === process.argv[1]) console.log((await findElectron()) ?? '');
