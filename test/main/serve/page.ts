import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** What no address may ever lead to: it lies beside the page, and behind a link in it. */
export const SECRET = 'the content of a file that is not part of the page';

export const SCRIPT = "document.title = 'ready';\n";

/** A small built page in a folder that goes when the test ends. @returns the folder of the page */
export function plantPage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowscreen-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const page = join(folder, 'renderer');
  mkdirSync(join(page, 'page'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), SECRET);
  writeFileSync(join(folder, 'secret'), SECRET);
  symlinkSync(join(folder, 'secret.txt'), join(page, 'link.txt'));
  writeFileSync(
    join(page, 'index.html'),
    '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__" /><script type="module" src="/page/a.js"></script>',
  );
  writeFileSync(join(page, 'page', 'a.js'), SCRIPT);
  writeFileSync(join(page, 'page', 'a.css'), 'body {}\n');
  return page;
}
