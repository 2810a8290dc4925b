import { readFile, readdir } from 'node:fs/promises';
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
  readonly content: Buffer<ArrayBuffer>;
  readonly type: string;
}

export interface PageFiles {
  readonly index: PageFile;
  /** All others, by the path of their address. */
  readonly files: ReadonlyMap<string, PageFile>;
}

/**
 * The files of the built page, some megabytes, read once: no address can name anything else, however it is spelt, and
 * a build that runs meanwhile does not mix two pages. Symbolic links are left out.
 * @throws ServeError 'not-built'
 */
export async function readPageFiles(folder: string): Promise<PageFiles> {
  const files = new Map<string, PageFile>();
  for (const path of await filesOf(folder)) {
    const address = `/${relative(folder, path).split(sep).join('/')}`;
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    files.set(address, { content: await readFile(path), type });
  }
  const index = files.get('/index.html');
  if (index === undefined) throw notBuilt(folder);
  files.delete('/index.html');
  return { index, files };
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
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
