import { readFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { markdownTable } from '../../bench/markdown-table.ts';
import { IngestError } from '../../main/ingest/errors.ts';
import { openFile } from '../../main/ingest/open-file.ts';
import type { OpenedFile, StoredValues } from '../../main/ingest/stored-image.ts';
import { FIXTURES, readTruth } from '../../test/main/ingest/fixtures.ts';
import { RASTERS, truth as rasters } from '../../test/main/ingest/raster/truth.ts';
import { reasonOf } from './judge.ts';

const VOLUMES = join(import.meta.dirname, '../../test/fixtures/volumes');
const VOLUME_KINDS = new Set(['.nii', '.gz', '.hdr', '.mha', '.mhd']);
const RASTER_KINDS = new Set(['.tif', '.png', '.jpg', '.bmp', '.webp']);

const volumeTruth = z.record(
  z.string(),
  z.object({ planes: z.object({ axial: z.array(z.object({ values: z.array(z.number()) })) }) }),
);

/** By the path of a file, the values of each of its images, as an independent program wrote or read them. */
type Truth = ReadonlyMap<string, readonly (readonly number[])[]>;

interface Row {
  readonly format: string;
  readonly pixels: string;
  readonly result: string;
}

/** The blocks of Markdown that say what becomes of each variant of pictures and volumes among the fixtures of the tests. */
export async function fixturesTable(): Promise<string[]> {
  const truth = await readAllTruth();
  const files = [
    ...(await filesIn(RASTERS, RASTER_KINDS)),
    ...(await filesIn(FIXTURES, RASTER_KINDS)),
    ...(await filesIn(VOLUMES, VOLUME_KINDS)),
  ];
  const groups = new Map<string, { row: Row; names: string[] }>();
  for (const { folder, name } of files) {
    const path = join(folder, name);
    const row = await rowOf(path, truth.get(path));
    const key = JSON.stringify(row);
    const group = groups.get(key) ?? { row, names: [] };
    group.names.push(name);
    groups.set(key, group);
  }
  const rows = [...groups.values()]
    .map(({ row, names }) => [row.format, row.pixels, row.result, names.join(', ')])
    .sort((a, b) => (a.join('|') < b.join('|') ? -1 : 1));
  return [
    '**exact**: every value is what another program wrote or reads (numpy, Pillow, tifffile, nibabel, ITK).',
    markdownTable(['Format', 'Pixels', 'Result', 'Fixtures of the tests'], rows),
  ];
}

async function filesIn(
  folder: string,
  kinds: ReadonlySet<string>,
): Promise<{ folder: string; name: string }[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => kinds.has(extname(name)))
    .sort()
    .map((name) => ({ folder, name }));
}

async function readAllTruth(): Promise<Truth> {
  const volumes = volumeTruth.parse(JSON.parse(await readFile(join(VOLUMES, 'truth.json'), 'utf8')));
  const truth = new Map<string, readonly (readonly number[])[]>();
  for (const [name, { pixels }] of Object.entries(await readTruth()))
    truth.set(join(FIXTURES, name), [pixels]);
  for (const [name, { pages }] of Object.entries(rasters)) {
    truth.set(
      join(RASTERS, name),
      pages.map(({ values }) => Array.from(values)),
    );
  }
  for (const [name, { planes }] of Object.entries(volumes)) {
    truth.set(
      join(VOLUMES, name),
      planes.axial.map(({ values }) => values),
    );
  }
  return truth;
}

async function rowOf(path: string, expected: readonly (readonly number[])[] | undefined): Promise<Row> {
  const format = extname(path).slice(1).replace('gz', 'nii.gz');
  let file: OpenedFile;
  const images: StoredValues[] = [];
  try {
    file = await openFile(path);
    for (const { part } of file.images) images.push((await file.read(part)).values);
  } catch (thrown) {
    if (!(thrown instanceof IngestError)) throw thrown;
    return { format, pixels: '', result: reasonOf(thrown) };
  }
  return { format, pixels: pixelsOf(file, images), result: resultOf(path, images, expected) };
}

/** @throws Error for values that are not the true ones */
function resultOf(
  path: string,
  images: readonly StoredValues[],
  expected: readonly (readonly number[])[] | undefined,
): string {
  if (expected === undefined) return 'read';
  const same = images.every((values, i) => {
    const known = expected[i] ?? [];
    // Truth is written in decimals.
    const stored = values instanceof Float32Array ? Math.fround : Number;
    return values.length === known.length && known.every((value, at) => Object.is(stored(value), values[at]));
  });
  if (!same || images.length !== expected.length) throw new Error(`${path} is read wrongly`);
  return 'exact';
}

function pixelsOf({ images: [first] }: OpenedFile, [values]: readonly StoredValues[]): string {
  const sign =
    values instanceof Float32Array ? ' float' : values?.constructor.name.startsWith('Int') ? ' ±' : '';
  return `${String(first?.bitDepth ?? 0)}${sign}, ${first?.channels === 3 ? 'RGB' : 'grey'}`;
}
