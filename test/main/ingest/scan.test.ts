import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readFile, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { noImagesSentence } from '../../../main/ingest/no-images.ts';
import { scanFolder } from '../../../main/ingest/scan.ts';
import type { ScanEntry } from '../../../main/ingest/scan-entry.ts';
import { FIXTURES, collect, ingestErrorOf, readTruth, withFolder } from './fixtures.ts';

const truth = await readTruth();

function scan(root: string): Promise<ScanEntry[]> {
  return collect(scanFolder(root, { plane: 'axial' }));
}

/** "status path" of each entry, in the order of the scan. */
function outline(entries: readonly ScanEntry[]): string[] {
  return entries.map(({ status, relativePath }) => `${status} ${relativePath}`);
}

async function put(fixture: string, ...path: string[]): Promise<void> {
  await mkdir(join(...path, '..'), { recursive: true });
  await copyFile(join(FIXTURES, fixture), join(...path));
}

describe('scanFolder', () => {
  it('lists images of different sizes, channels, depths and formats with their facts', async () => {
    const entries = await scan(FIXTURES);
    expect(entries.map(({ relativePath }) => relativePath)).toEqual((await readdir(FIXTURES)).sort());
    for (const [name, { format, shape, sha256 }] of Object.entries(truth)) {
      const entry = entries.find(({ relativePath }) => relativePath === name);
      const bytes = await readFile(join(FIXTURES, name));
      expect(entry).toMatchObject({
        status: 'readable',
        sizeBytes: bytes.length,
        sha256,
        format,
        images: [{ part: { frame: 0, plane: null }, ...shape }],
      });
    }
    const imagesIn = (name: string) => {
      const entry = entries.find(({ relativePath }) => relativePath === name);
      return entry?.status === 'readable' ? entry.images.map(({ part }) => part.frame) : [];
    };
    expect([imagesIn('two-frames.dcm'), imagesIn('two-pages.tif')]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(outline(entries.filter(({ status }) => status !== 'readable'))).toEqual([
      'broken damaged-palette.dcm',
      'skipped make.py',
      'skipped refused-mpeg.dcm',
      'skipped truth.json',
    ]);
  });

  it('puts every file into exactly one of readable, skipped and broken, in a fixed order', async () => {
    await withFolder(async (root) => {
      await put('grey8.png', root, 'b', 'deep', 'x.png');
      await put('grey8.png', root, 'B.png');
      await put('u12-big.dcm', root, 'a', 'image-without-extension');
      await put('one-pixel.png', root, 'a', '1.png');
      await put('constant.png', root, 'a', '10.png');
      await writeFile(join(root, 'a', 'empty.png'), '');
      const png = await readFile(join(FIXTURES, 'rgb16.png'));
      await writeFile(join(root, 'a', 'cut.png'), png.subarray(0, png.length - 20));
      await writeFile(join(root, 'notes.txt'), 'all fine');
      await writeFile(join(root, '.DS_Store'), 'x');
      await writeFile(join(root, 'a', 'Thumbs.db'), 'x');
      await put('grey8.png', root, '.cache', 'x.png');
      await put('grey8.png', root, '@eaDir', 'x.png');
      const entries = await scan(root);
      expect(outline(entries)).toEqual([
        'skipped .DS_Store',
        'skipped .cache',
        'skipped @eaDir',
        'readable B.png',
        'readable a/1.png',
        'readable a/10.png',
        'skipped a/Thumbs.db',
        'broken a/cut.png',
        'broken a/empty.png',
        'readable a/image-without-extension',
        'readable b/deep/x.png',
        'skipped notes.txt',
      ]);
      expect(await scan(root)).toEqual(entries);
      const reasons = entries.map((entry) => (entry.status === 'readable' ? '' : entry.reason));
      expect(reasons[7]).toContain('cut off');
      expect(reasons[8]).toContain('empty');
      expect(reasons[11]).toContain('not an image');
    });
  });

  it('gives the digest of the bytes and the time of the last change', async () => {
    await withFolder(async (root) => {
      await put('grey.jpg', root, 'x.jpg');
      await utimes(join(root, 'x.jpg'), 1_600_000_000, 1_600_000_000);
      const digest = createHash('sha256').update(await readFile(join(root, 'x.jpg')));
      expect(await scan(root)).toMatchObject([
        { sha256: digest.digest('hex'), modifiedMs: 1_600_000_000_000 },
      ]);
    });
  });

  it('follows links once: never in a loop, never to an image that is listed anyway', async () => {
    await withFolder(async (outside) => {
      await put('grey8.png', outside, 'far.png');
      await symlink(outside, join(outside, 'back'));
      await withFolder(async (root) => {
        await put('grey8.png', root, 'real', 'x.png');
        await symlink(root, join(root, 'real', 'loop'));
        await symlink(join(root, 'real'), join(root, 'again'));
        await symlink(outside, join(root, 'first'));
        await symlink(outside, join(root, 'second'));
        await symlink(join(outside, 'far.png'), join(root, 'linked.png'));
        await symlink(join(root, 'gone.png'), join(root, 'dangling.png'));
        await symlink(join(root, 'self'), join(root, 'self'));
        expect(outline(await scan(root))).toEqual([
          'skipped again',
          'broken dangling.png',
          'skipped first/back',
          'readable first/far.png',
          'readable linked.png',
          'skipped real/loop',
          'readable real/x.png',
          'skipped second',
          'broken self',
        ]);
      });
    });
  });

  it('stops when the listener stops', async () => {
    for await (const entry of scanFolder(FIXTURES, { plane: 'axial' })) {
      expect(entry.relativePath).toBe('alpha.png');
      break;
    }
  });
});

describe('scanFolder on a folder that gives nothing', () => {
  it('finds no entry in an empty one', async () => {
    await withFolder(async (root) => {
      expect(await scan(root)).toEqual([]);
      expect(noImagesSentence(root, { skipped: 0, broken: 0 })).toBe(
        `"${root}" is empty; choose the folder that holds your images ` +
          '(PNG, JPEG, TIFF, BMP, WebP, DICOM, NIfTI and MetaImage are read).',
      );
    });
  });

  it('skips every file of one with only texts', async () => {
    await withFolder(async (root) => {
      await writeFile(join(root, 'a.txt'), 'a');
      await writeFile(join(root, 'b.csv'), 'b;c');
      expect(outline(await scan(root))).toEqual(['skipped a.txt', 'skipped b.csv']);
      expect(noImagesSentence(root, { skipped: 2, broken: 0 })).toContain(
        'no readable image (2 skipped); choose another folder',
      );
    });
  });

  it('says so when it does not exist or is a file', async () => {
    const missing = await ingestErrorOf(scan(join(FIXTURES, 'no-such-folder')));
    expect(missing.kind).toBe('not-found');
    const file = await ingestErrorOf(scan(join(FIXTURES, 'grey8.png')));
    expect(file).toMatchObject({ kind: 'unreadable' });
    expect(file.message).toContain('is a file, not a folder');
  });
});

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Scans in a process that has no right to read everything: root would not notice a lock. */
function scanUnprivileged(root: string): Promise<Outcome> {
  const script = fileURLToPath(new URL('scan-unprivileged.ts', import.meta.url));
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, root], nobody);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

describe.skipIf(process.platform === 'win32')('without read permission', () => {
  it('a locked root is an error, a locked subfolder or file one broken entry', async ({ skip }) => {
    await withFolder(async (root) => {
      await chmod(root, 0o755);
      await put('grey8.png', root, 'fine.png');
      await put('grey8.png', root, 'file.png');
      await put('grey8.png', root, 'locked', 'x.png');
      await chmod(join(root, 'file.png'), 0);
      await chmod(join(root, 'locked'), 0);

      const open = await scanUnprivileged(root).catch((error: unknown) => String(error));
      if (typeof open === 'string') return skip(`no unprivileged process can be started: ${open}`);
      expect(open.stderr).toBe('');
      expect(open.stdout.trim().split('\n')).toEqual([
        `broken file.png You have no permission to read "${join(root, 'file.png')}"; change its permissions or choose another folder.`,
        'readable fine.png',
        `broken locked You have no permission to read "${join(root, 'locked')}"; change its permissions or choose another folder.`,
      ]);

      await chmod(root, 0);
      const locked = await scanUnprivileged(root);
      await chmod(root, 0o755);
      await chmod(join(root, 'locked'), 0o755);
      expect(locked.code).toBe(1);
      expect(locked.stdout.trim()).toBe(
        `error unreadable You have no permission to read "${root}"; change its permissions or choose another folder.`,
      );
    });
  });
});
