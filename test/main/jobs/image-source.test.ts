import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PreparedImages } from '../../../main/ingest/loader.ts';
import type { Preparation } from '../../../main/ingest/preparation-settings.ts';
import { sharp } from '../../../main/ingest/sharp.ts';
import { ONLY_PART } from '../../../main/ingest/stored-image.ts';
import { FolderImages, type ReplacedFile } from '../../../main/jobs/image-source.ts';

const WHOLE: Preparation = { fit: 'resize', width: 8, height: 8, channels: 1 };

/** A folder of files, each of one grey value per 8 x 8 tile; null is no image. */
async function folderOf(files: readonly (readonly number[] | null)[], preparation: Preparation = WHOLE) {
  const root = mkdtempSync(join(tmpdir(), 'flowscreen-source-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [index, greys] of files.entries()) {
    const path = join(root, `${index}.png`);
    if (greys === null) {
      writeFileSync(path, 'no image');
      continue;
    }
    const pixels = Uint8Array.from({ length: greys.length * 64 }, (_, at) => greys[Math.floor(at / 64)] ?? 0);
    await sharp(pixels, { raw: { width: 8, height: 8 * greys.length, channels: 1 } }).toFile(path);
  }
  const list = files.map((_, id) => ({ id, relativePath: `${id}.png`, ...ONLY_PART }));
  const replaced: ReplacedFile[] = [];
  const source = new FolderImages(
    new PreparedImages(root, list, preparation),
    files.map((greys) => (preparation.fit === 'tile' ? (greys?.length ?? 1) : 1)),
    (file) => replaced.push(file),
  );
  const greysAt = async (indices: readonly number[]) => (await source.read(indices)).map((image) => image[0]);
  return { source, replaced, greysAt };
}

describe('images of a folder', () => {
  it('come in the order asked for, also more than once', async () => {
    const { source, greysAt } = await folderOf([[10], [20], [30]]);
    expect(source).toMatchObject({ count: 3, shape: { channels: 1, height: 8, width: 8 } });
    expect(await greysAt([2, 0, 2, 1])).toEqual([30, 10, 30, 20]);
  });

  it('are the tiles of files, one after the other', async () => {
    const tiles: Preparation = { fit: 'tile', width: 8, height: 8, channels: 1, overlap: 0 };
    const { source, greysAt } = await folderOf([[10], [20, 21, 22], [30, 31]], tiles);
    expect(source.count).toBe(6);
    expect(await greysAt([0, 1, 2, 3, 4, 5])).toEqual([10, 20, 21, 22, 30, 31]);
    expect(await greysAt([5, 2])).toEqual([31, 21]);
  });

  it('replace a broken file by the next that is whole, and say so once', async () => {
    const { replaced, greysAt } = await folderOf([[10], null, [30], null]);
    expect(await greysAt([1, 3, 0, 1])).toEqual([30, 10, 10, 30]);
    expect(await greysAt([3])).toEqual([10]);
    expect(replaced.map(({ relativePath, count }) => [relativePath, count])).toEqual([
      ['1.png', 1],
      ['3.png', 2],
    ]);
    expect(replaced[0]?.reason).toContain('is not an image');
  });

  it('say so when none is left', async () => {
    const { greysAt } = await folderOf([null, null]);
    await expect(greysAt([0])).rejects.toMatchObject({ kind: 'no-readable-images' });
  });
});
