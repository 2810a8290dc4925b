import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EXAMPLE, answer, copyImages, flowscreen, refusal, temporaryFolder } from './command-line.ts';

const summary = z.object({
  name: z.string(),
  counts: z.object({ readable: z.int(), skipped: z.int(), broken: z.int() }),
});
const SLICE = join(EXAMPLE, 'fit', 'DU-7294_flair_z070.png');

function places(): { home: string; images: string } {
  const folder = temporaryFolder();
  const images = join(folder, 'images');
  mkdirSync(images);
  return { home: join(folder, 'home'), images };
}

describe('folders without images', () => {
  it('an empty folder is told, with what to do', async () => {
    const { home, images } = places();
    const told = await refusal(['dataset', 'add', images, '--home', home]);
    expect(told).toMatchObject({ code: 1, kind: 'no-images' });
    expect(told.message).toBe(
      `"${images}" is empty; choose the folder that holds your images (PNG, JPEG, TIFF, BMP, WebP, DICOM, NIfTI and MetaImage are read).`,
    );
  });

  it('a folder of text files is told on one line of stderr', async () => {
    const { home, images } = places();
    writeFileSync(join(images, 'notes.txt'), 'no image');
    writeFileSync(join(images, 'list.png'), 'no image either, whatever its name says');
    const { code, stdout, stderr } = await flowscreen(['dataset', 'add', images, '--home', home]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      `"${images}" holds no readable image (2 skipped); choose another folder (PNG, JPEG, TIFF, BMP, WebP, DICOM, NIfTI and MetaImage are read).`,
    );
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('a folder that does not exist leaves no dataset behind', async () => {
    const { home, images } = places();
    const told = await refusal(['dataset', 'add', join(images, 'nosuch'), '--home', home]);
    expect(told).toMatchObject({ code: 1, kind: 'not-found' });
    const { datasets } = await answer(z.object({ datasets: z.array(z.unknown()) }), [
      'dataset',
      'list',
      '--home',
      home,
    ]);
    expect(datasets).toEqual([]);
  });
});

describe('odd images', () => {
  it('broken files, a single pixel and a constant image stop neither a scan, a fit nor a screening', async () => {
    const { home, images } = places();
    copyImages('fit', images, 12);
    writeFileSync(join(images, 'cut off.png'), readFileSync(SLICE).subarray(0, 300));
    writeFileSync(join(images, 'empty.png'), '');
    const grey = (side: number) =>
      sharp({ create: { width: side, height: side, channels: 3, background: '#555555' } }).png();
    await grey(1).toFile(join(images, 'pixel.png'));
    await grey(40).toFile(join(images, 'constant.png'));
    const globals = ['--home', home, '--device', 'cpu'];

    const added = await answer(summary, ['dataset', 'add', images, ...globals]);
    expect(added.counts).toEqual({ readable: 14, skipped: 0, broken: 2 });
    const { stdout } = await flowscreen(['dataset', 'show', 'images', ...globals]);
    expect(stdout).toMatch(/^cut off\.png +".*" is cut off before its end/m);
    expect(stdout).toMatch(/^empty\.png +".*" is empty/m);

    const fit = ['fit', 'images', '--name', 'm', '--preset', 'tiny', '--steps', '6', '--size', '16'];
    await answer(z.object({ name: z.literal('m') }), [...fit, '--batch', '4', ...globals]);
    const screened = await answer(z.object({ screened: z.int(), failed: z.int() }), [
      'screen',
      'm',
      'images',
      ...globals,
    ]);
    expect(screened).toEqual({ screened: 14, failed: 0 });
    const { images: ranked } = await answer(
      z.object({ images: z.array(z.object({ relativePath: z.string(), value: z.number() })) }),
      ['rank', 'm', 'images', '--identifiers', ...globals],
    );
    expect(ranked.map(({ relativePath }) => relativePath)).toEqual(
      expect.arrayContaining(['pixel.png', 'constant.png']),
    );
  });

  it.skipIf(process.platform === 'win32')(
    'a folder without read permission is told, and what can be read beside it is kept',
    async ({ skip }) => {
      const { home, images } = places();
      mkdirSync(home);
      mkdirSync(join(images, 'locked'));
      copyFileSync(SLICE, join(images, 'fine.png'));
      copyFileSync(SLICE, join(images, 'locked', 'hidden.png'));
      // Root would not notice a lock.
      const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
      if (nobody.uid !== undefined) chownSync(home, nobody.uid, nobody.gid);
      for (const folder of [join(home, '..'), images]) chmodSync(folder, 0o755);
      chmodSync(join(images, 'locked'), 0);
      const args = ['dataset', 'add', images, '--home', home, '--json'];
      const outcome = await flowscreen(args, nobody).catch((error: unknown) => String(error));
      if (typeof outcome === 'string') {
        return skip(`no unprivileged process can be started: ${outcome}`);
      }
      if (outcome.stderr.includes('EACCES')) return skip('an unprivileged process cannot read this checkout');
      expect(summary.parse(JSON.parse(outcome.stdout)).counts).toEqual({
        readable: 1,
        skipped: 0,
        broken: 1,
      });
      const locked = await refusal(['dataset', 'add', join(images, 'locked'), '--home', home], nobody);
      chmodSync(join(images, 'locked'), 0o755);
      expect(locked).toMatchObject({ code: 1, kind: 'unreadable' });
      expect(locked.message).toContain('no permission');
    },
  );
});

describe('the data folder', () => {
  it('of a newer flowscreen is refused and left as it is', async () => {
    const { home } = places();
    await flowscreen(['dataset', 'list', '--home', home]);
    const file = join(home, 'flowscreen.sqlite');
    const database = new Database(file);
    database.pragma('user_version = 9999');
    database.close();
    const before = readFileSync(file);
    const told = await refusal(['dataset', 'list', '--home', home]);
    expect(told).toMatchObject({ code: 1, kind: 'newer-version' });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('that cannot be made is told', async () => {
    const { images } = places();
    const file = join(images, 'a file');
    writeFileSync(file, '');
    const { code, kind, message } = await refusal(['dataset', 'list', '--home', join(file, 'home')]);
    expect(code).toBe(1);
    expect(kind).not.toBe('internal');
    expect(message).toContain(file);
  });

  it('is shared by two processes that begin it at the same time', async () => {
    const { home, images } = places();
    for (const name of ['a', 'b']) copyImages('fit', join(images, name), 20);
    const added = await Promise.all(
      ['a', 'b'].map((name) => answer(summary, ['dataset', 'add', join(images, name), '--home', home])),
    );
    expect(added.map(({ counts }) => counts.readable)).toEqual([20, 20]);
    const { stdout } = await flowscreen(['dataset', 'list', '--home', home]);
    expect(stdout).toMatch(/^a +20 /m);
    expect(stdout).toMatch(/^b +20 /m);
  });
});
