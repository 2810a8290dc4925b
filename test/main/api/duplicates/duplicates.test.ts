import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DuplicateGroup } from '../../../../preload/contract.ts';
import { findDuplicates } from '../../../../main/api/duplicates/duplicates.ts';
import { sharp } from '../../../../main/ingest/sharp.ts';
import { dicomSlice } from '../dicom-slice.ts';
import { EXAMPLE, add, temporaryContext, temporaryFolder } from '../workplace.ts';

const names = readdirSync(join(EXAMPLE, 'fit')).filter((name) => name.endsWith('.png'));
/** Slices that lie apart, so that none looks like another. */
const [first = '', second = '', third = ''] = [names[0], names[24], names[48]].map((name) =>
  join(EXAMPLE, 'fit', name ?? ''),
);

const paths = (groups: readonly DuplicateGroup[]) =>
  groups.map(({ images }) => images.map(({ dataset, relativePath }) => `${dataset}/${relativePath}`).sort());

describe('duplicates', () => {
  it('are copies, byte for byte, and images that look nearly the same', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    copyFileSync(first, join(folder, 'a.png'));
    copyFileSync(first, join(folder, 'copy of a.png'));
    copyFileSync(second, join(folder, 'b.png'));
    await sharp(second).resize(150).jpeg({ quality: 60 }).toFile(join(folder, 'b-small.jpg'));
    copyFileSync(third, join(folder, 'c.png'));
    const { id } = await add(ctx, folder, 'x');
    const { same, alike } = await findDuplicates(ctx, { id, acrossId: null, limit: 10 });
    expect(paths(same.groups)).toEqual([['x/a.png', 'x/copy of a.png']]);
    expect(paths(alike.groups)).toEqual([['x/b-small.jpg', 'x/b.png']]);
    expect(same).toMatchObject({ groupCount: 1, imageCount: 2 });
    // No group is listed, all are counted.
    expect((await findDuplicates(ctx, { id, acrossId: null, limit: 0 })).alike).toEqual({
      groups: [],
      groupCount: 1,
      imageCount: 2,
    });
  });

  it('across two datasets are those that both have', async () => {
    const ctx = await temporaryContext();
    const [one, other] = [temporaryFolder(), temporaryFolder()];
    copyFileSync(first, join(one, 'a.png'));
    copyFileSync(first, join(one, 'copy.png'));
    copyFileSync(second, join(one, 'b.png'));
    mkdirSync(join(other, 'deep'));
    copyFileSync(third, join(other, 'c.png'));
    await sharp(second)
      .resize(150)
      .toFile(join(other, 'deep', 'b.png'));
    const { id } = await add(ctx, one, 'one');
    const { id: acrossId } = await add(ctx, other, 'other');
    const { same, alike } = await findDuplicates(ctx, { id, acrossId, limit: 10 });
    expect(same.groupCount).toBe(0);
    expect(paths(alike.groups)).toEqual([['one/b.png', 'other/deep/b.png']]);
  });

  it('are not the neighbouring slices of one patient', async () => {
    const ctx = await temporaryContext();
    const folder = temporaryFolder();
    // Ramps: brighter ones look the same.
    const slice = (patientId: string, value: number) => dicomSlice({ patientId, value });
    writeFileSync(join(folder, '1.dcm'), slice('A', 100));
    writeFileSync(join(folder, '2.dcm'), slice('A', 110));
    const { id } = await add(ctx, folder, 'x');
    const alone = await findDuplicates(ctx, { id, acrossId: null, limit: 10 });
    expect(alone.alike.groupCount).toBe(0);
    writeFileSync(join(folder, '3.dcm'), slice('B', 120));
    await add(ctx, folder, 'x');
    const { alike } = await findDuplicates(ctx, { id, acrossId: null, limit: 10 });
    expect(paths(alike.groups)).toEqual([['x/1.dcm', 'x/2.dcm', 'x/3.dcm']]);
  });
});
