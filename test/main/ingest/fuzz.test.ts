/** Hostile files of every kind: each is read or refused with a typed error, within seconds and within memory. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runBatch } from '../../fuzz/run-batch.ts';
import { KINDS } from '../../fuzz/seeds.ts';
import type { Kind } from '../../fuzz/seeds.ts';

/** Other inputs than these are tried with "npm run fuzz". */
const SEED = 20260101;
const INPUTS: Readonly<Record<Kind, number>> = {
  dicom: 1500,
  nifti: 800,
  metaimage: 500,
  tiff: 1200,
  bmp: 600,
  png: 400,
  jpeg: 200,
  webp: 200,
};

const archive = join(process.env['FLOWSCREEN_DATA'] ?? '', 'dicom.tar.gz');
const present = process.env['FLOWSCREEN_DATA'] !== undefined && existsSync(archive);

describe('damaged files', () => {
  it.each(KINDS)('%s', async (kind) => {
    const { reports, failures } = await runBatch({
      seed: SEED,
      from: 0,
      to: INPUTS[kind],
      kinds: [kind],
      folders: [],
    });
    expect(failures).toEqual([]);
    // Files that are all refused at their first bytes would prove nothing.
    expect(reports.filter(({ outcome }) => outcome === 'read').length).toBeGreaterThan(INPUTS[kind] / 50);
    expect(reports.filter(({ outcome }) => outcome !== 'read').length).toBeGreaterThan(INPUTS[kind] / 4);
  });

  it.skipIf(!present)(
    present
      ? 'real DICOM files'
      : 'real DICOM files (skipped: FLOWSCREEN_DATA names no folder with dicom.tar.gz)',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'flowscreen-dicom-'));
      try {
        await promisify(execFile)('tar', ['xzf', archive, '-C', folder]);
        const batch = { seed: SEED, from: 0, to: 400, kinds: ['dicom' as const], folders: [folder] };
        expect((await runBatch(batch)).failures).toEqual([]);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
});
