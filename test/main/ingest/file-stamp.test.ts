import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { fileStamp } from '../../../main/ingest/file-stamp.ts';
import { hashFile } from '../../../main/ingest/hash-file.ts';
import { voxelPathOf } from '../../../main/ingest/volume/voxel-path.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/volumes');

describe('a header whose voxels lie beside it', () => {
  let folder: string;
  let [header, voxels] = ['', ''];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'flowscreen-ingest-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    [header, voxels] = [join(folder, 'pair.hdr'), join(folder, 'pair.img')];
    for (const path of [header, voxels]) cpSync(join(FIXTURES, path.slice(folder.length + 1)), path);
  });

  it('names them', async () => {
    expect(await voxelPathOf(header)).toBe(voxels);
    expect(await voxelPathOf(voxels)).toBeNull();
    expect(await voxelPathOf(join(FIXTURES, 'oblique.nii'))).toBeNull();
  });

  it('has the size of both and the time of the later', async () => {
    utimesSync(header, 1000, 1000);
    utimesSync(voxels, 2000, 2000);
    const sizeBytes = statSync(header).size + statSync(voxels).size;
    expect(await fileStamp(header)).toEqual({ sizeBytes, modifiedMs: 2_000_000 });
    utimesSync(header, 3000, 3000);
    expect(await fileStamp(header)).toEqual({ sizeBytes, modifiedMs: 3_000_000 });
  });

  it('has the content of both', async () => {
    const both = createHash('sha256').update(readFileSync(header)).update(readFileSync(voxels)).digest('hex');
    expect(await hashFile(header)).toBe(both);
    expect(await hashFile(header, readFileSync(header))).toBe(both);
    const changed = readFileSync(voxels);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    writeFileSync(voxels, changed);
    expect(await hashFile(header)).not.toBe(both);
  });

  it('is itself alone without them', async () => {
    rmSync(voxels);
    const own = createHash('sha256').update(readFileSync(header)).digest('hex');
    expect([await voxelPathOf(header), await hashFile(header)]).toEqual([null, own]);
    expect(await fileStamp(header)).toMatchObject({ sizeBytes: statSync(header).size });
  });
});
