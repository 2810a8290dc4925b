import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PLANES } from '../../../../main/ingest/stored-image.ts';
import { openVolume } from '../../../../main/ingest/volume/open-volume.ts';

const data = process.env['FLOWSCREEN_DATA'];
const archive = join(data ?? '', 'brain-mri.tar.gz');
const present = data !== undefined && existsSync(archive);
const title = present
  ? 'real volumes'
  : 'real volumes (skipped: FLOWSCREEN_DATA names no folder with brain-mri.tar.gz)';

const Truth = z.record(
  z.string(),
  z.record(
    z.enum(PLANES),
    z.object({
      slices: z.int(),
      width: z.int(),
      height: z.int(),
      first: z.number(),
      last: z.number(),
      sha256: z.string(),
    }),
  ),
);
const TRUTH = fileURLToPath(new URL('../../../fixtures/volumes/archive-truth.json', import.meta.url));
const truth = Truth.parse(JSON.parse(await readFile(TRUTH, 'utf8')));

describe.skipIf(!present)(title, () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flowscreen-volumes-'));
    await promisify(execFile)('tar', ['xzf', archive, '-C', folder]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const cases = Object.keys(truth).flatMap((name) => PLANES.map((plane) => ({ name, plane })));
  it.each(cases)('$name has the $plane slices that nibabel and ITK give', async ({ name, plane }) => {
    const expected = truth[name]?.[plane];
    if (!expected) throw new Error(`archive-truth.json says nothing of ${name}`);
    const format = name.endsWith('.mha') ? 'metaimage' : 'nifti';
    const volume = await openVolume(join(folder, 'brain-mri', name), format, plane);
    const digest = createHash('sha256');
    for (let frame = 0; frame < expected.slices; frame++) {
      const { width, height, values } = await volume.read({ frame, plane });
      expect([width, height]).toEqual([expected.width, expected.height]);
      digest.update(values);
    }
    expect(digest.digest('hex')).toBe(expected.sha256);

    const step = (expected.last - expected.first) / (expected.slices - 1);
    const positions = volume.images.map(({ position }) => position ?? Number.NaN);
    for (const { part, position } of volume.images) {
      expect(position).toBeCloseTo(expected.first + part.frame * step, 3);
    }
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    // All these heads lie in a margin of zeros.
    const left = expected.slices - volume.images.length;
    expect(left).toBeGreaterThan(0);
    expect(volume.notes).toEqual([
      `${String(left)} of ${String(expected.slices)} ${plane} slices are empty and were left out.`,
    ]);
  });

  it('the same slices of the four modalities of one patient lie at the same positions', async () => {
    const positions: (number | null | undefined)[] = [];
    for (const modality of ['flair', 't1', 't1c', 't2']) {
      const path = join(folder, 'brain-mri', 'tcga_DU-7294_bratsspace', `${modality}.nii.gz`);
      const { images } = await openVolume(path, 'nifti', 'axial');
      positions.push(images.find(({ part }) => part.frame === 77)?.position);
    }
    expect(new Set(positions)).toEqual(new Set([77]));
  });
});
