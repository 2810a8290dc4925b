import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { openRaster } from '../../../../main/ingest/raster/open-raster.ts';
import type { RasterFile, RasterOptions } from '../../../../main/ingest/raster/open-raster.ts';
import { samplesOf } from '../../../../main/ingest/raster/sample-kind.ts';

export const RASTERS = fileURLToPath(new URL('../../../fixtures/raster/', import.meta.url));

const Kind = z.enum(['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32']);
const Format = z.enum(['png', 'jpeg', 'tiff', 'bmp', 'webp']);

const Page = z
  .object({
    width: z.int(),
    height: z.int(),
    channels: z.union([z.literal(1), z.literal(3)]),
    bitDepth: z.int(),
    kind: Kind,
    inverted: z.boolean(),
    values: z.base64(),
  })
  .transform(({ values, kind, ...page }) => ({
    ...page,
    kind,
    values: samplesOf(kind, Buffer.from(values, 'base64')),
  }));
export type TruePage = z.infer<typeof Page>;

const Truth = z.record(z.string(), z.object({ format: Format, notes: z.int(), pages: z.array(Page) }));

/** What make.py says that each fixture holds. */
export const truth = Truth.parse(JSON.parse(await readFile(join(RASTERS, 'truth.json'), 'utf8')));

/** Opens a fixture of this name. */
export function openFixture(name: string, options?: RasterOptions): Promise<RasterFile> {
  return openRaster(join(RASTERS, name), formatOf(name), options);
}

export function formatOf(name: string): z.infer<typeof Format> {
  const [, ending = ''] = /\.(\w+)$/.exec(name) ?? [];
  return Format.parse({ tif: 'tiff', jpg: 'jpeg' }[ending] ?? ending);
}
