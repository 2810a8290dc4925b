import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PLANES } from '../../../../main/ingest/stored-image.ts';
import { openVolume } from '../../../../main/ingest/volume/open-volume.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/volumes/', import.meta.url));

const Slice = z.object({
  position: z.number(),
  frame: z.int(),
  width: z.int(),
  height: z.int(),
  values: z.array(z.number()),
});
const Truth = z.record(
  z.string(),
  z.object({
    format: z.enum(['nifti', 'metaimage']),
    slope: z.number(),
    intercept: z.number(),
    channels: z.int(),
    planes: z.record(z.enum(PLANES), z.array(Slice)),
  }),
);
const truth = Truth.parse(JSON.parse(await readFile(join(FIXTURES, 'truth.json'), 'utf8')));

describe.each(Object.entries(truth))('%s', (name, expected) => {
  it.each(PLANES)('gives the %s slices that nibabel gives', async (plane) => {
    const { format, slope, intercept, channels } = expected;
    const slices = expected.planes[plane];
    const volume = await openVolume(join(FIXTURES, name), format, plane);
    expect(volume.notes).toEqual([]);
    expect(volume.images.map(({ part }) => part)).toEqual(slices.map(({ frame }) => ({ frame, plane })));
    for (const [index, { position, width, height, values }] of slices.entries()) {
      const found = volume.images[index];
      expect(found).toMatchObject({ width, height, channels });
      expect(found?.position).toBeCloseTo(position, 3);
      const image = await volume.read({ frame: slices[index]?.frame ?? -1, plane });
      expect(image).toMatchObject({ width, height, channels, slope, intercept });
      expect(Array.from(image.values)).toEqual(values);
    }
  });
});
