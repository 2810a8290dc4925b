import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { browseFolder } from '../../../main/api/folders.ts';
import { refusalOf } from './workplace.ts';

function plant(): string {
  const root = mkdtempSync(join(tmpdir(), 'flowscreen-folders-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const name of ['lot 10', 'lot 9', '.hidden']) mkdirSync(join(root, name));
  writeFileSync(join(root, 'image.png'), '');
  symlinkSync(join(root, 'lot 9'), join(root, 'link'));
  symlinkSync(join(root, 'nowhere'), join(root, 'broken'));
  symlinkSync(join(root, 'image.png'), join(root, 'link to a file'));
  return root;
}

describe('browsing folders', () => {
  it('names folders only, in the order of their numbers, without hidden ones', async () => {
    const root = plant();
    const { path, parent, folders } = await browseFolder(root);
    expect([path, parent]).toEqual([root, dirname(root)]);
    expect(folders.map(({ name }) => name)).toEqual(['link', 'lot 9', 'lot 10']);
    expect(folders[1]?.path).toBe(join(root, 'lot 9'));
  });

  it.skipIf(process.getuid?.() === 0)('leaves out what may not be entered', async () => {
    const root = plant();
    chmodSync(join(root, 'lot 9'), 0o000);
    const names = (await browseFolder(root)).folders.map(({ name }) => name);
    chmodSync(join(root, 'lot 9'), 0o700);
    expect(names).toEqual(['lot 10']);
  });

  it('begins at home and ends at the root', async () => {
    expect((await browseFolder(null)).path).toBe(homedir());
    if (process.platform === 'win32') return;
    expect((await browseFolder(parse(homedir()).root)).parent).toBeNull();
  });

  it.each(['lot 9', './x', '', 'a\0b', '/nowhere/at/all', '/a\0b', import.meta.filename])(
    'refuses %j',
    async (path) => {
      const { kind, message } = await refusalOf(browseFolder(path));
      expect(kind).toBe('folder-missing');
      expect(message).not.toContain('\0');
    },
  );
});
