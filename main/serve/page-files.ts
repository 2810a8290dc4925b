import { readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { ServeError } from './serve-error.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

export interface PageFile {
  readonly path: string;
  readonly type: string;
}

export interface PageFiles {
  readonly index: PageFile;
  /** By the path of their address. */
  readonly files: ReadonlyMap<string, PageFile>;
}

/**
 * The files of the built page. A list, so that no address can name anything else, however it is
 * spelt; symbolic links are not on it.
 * @throws ServeError 'not-built'
 */
export async function listPageFiles(folder: string): Promise<PageFiles> {
  const files = new Map<string, PageFile>();
  for (const entry of await entriesOf(folder)) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const address = `/${relative(folder, path).split(sep).join('/')}`;
    files.set(address, { path, type: TYPES[extname(path)] ?? 'application/octet-stream' });
  }
  const index = files.get('/index.html');
  if (index === undefined) throw notBuilt(folder);
  return { index, files };
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw notBuilt(folder, error);
  }
}

function notBuilt(folder: string, cause?: unknown): ServeError {
  return new ServeError(
    'not-built',
    `The page of flowscreen was not found in "${folder}": run "npm run build" first.`,
    { cause },
  );
}
