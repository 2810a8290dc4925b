/** Files of several images the whole way: a TIFF of pages and volumes of slices, scanned, fitted on, screened and looked at. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../../main/api/context.ts';
import { fitData } from '../../../../main/api/fit/fit-data.ts';
import { fitModel } from '../../../../main/api/fit/fit.ts';
import { heatmap } from '../../../../main/api/pictures/heatmap.ts';
import { knownModel } from '../../../../main/api/models/known-models.ts';
import { rank } from '../../../../main/api/ranking/rank.ts';
import { type ScreenSummary, screenDataset } from '../../../../main/api/screening/screen.ts';
import type { ReadableFile } from '../../../../main/store/file-records.ts';
import { PIXEL_HEADERS, assets, imageName } from '../../../../preload/contract.ts';
import { readFirst } from '../../ingest/fixtures.ts';
import { nifti1 } from '../../ingest/volume/write-volume.ts';
import { handleAsset } from '../../../../main/api/pictures/assets.ts';
import { SMALL_FIT } from '../small-fit.ts';
import { pagesTiff } from '../small-images.ts';
import { openWindow } from '../window.ts';
import { add, contextAt, fitHooks, newFolder, screenHooks } from '../workplace.ts';

const SIDE = 16;
const SLICES = 9;
/** Slices of each volume that show nothing. */
const EMPTY = [0, 8];

/** A ball that differs with the seed, in [slice, row, column] from the feet upwards; nothing around it. */
function ball(seed: number): number[] {
  return Array.from({ length: SLICES * SIDE * SIDE }, (_, at) => {
    const [x, y] = [at % SIDE, Math.floor(at / SIDE) % SIDE];
    const z = Math.floor(at / SIDE ** 2);
    const isInside = Math.hypot(x - 7.5, y - 7.5, (z - 4) * 2) < 7 && !EMPTY.includes(z);
    return isInside ? 100 + ((x * 13 + y * 7 + z * 5 + seed * 29) % 60) : 0;
  });
}

/** Voxels of 1 x 1 x 3 mm, the first one at (-8, -8, 30). */
const SFORM = [
  [1, 0, 0, -8],
  [0, 1, 0, -8],
  [0, 0, 3, 30],
];

function volume(seed: number): Buffer {
  const size = [SIDE, SIDE, SLICES];
  return gzipSync(nifti1({ size, type: 'int16', values: ball(seed), little: true, sform: SFORM }));
}

function page(seed: number): Uint16Array {
  return Uint16Array.from({ length: 20 * 12 }, (_, at) => (at * 211 + seed * 9973) % 65536);
}

/** Two volumes of one patient, one each of two others, a TIFF of three pages, an ordinary image and what is no image. */
function plant(root: string): void {
  const files = {
    'sub-A/anat/sub-A_FLAIR.nii.gz': volume(1),
    'sub-A/anat/sub-A_T1w.nii.gz': volume(2),
    'sub-B/anat/sub-B_FLAIR.nii.gz': volume(3),
    'sub-C/anat/sub-C_FLAIR.nii.gz': volume(4),
    'camera/three.tif': pagesTiff([page(1), page(2), page(3)], { width: 20, height: 12 }),
    'camera/notes.txt': Buffer.from('not an image'),
  };
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
}

let folder: string;
let ctx: Context;
let images: ReadableFile[];
let screened: ScreenSummary;

beforeAll(async () => {
  folder = newFolder();
  ctx = await contextAt(join(folder, 'home'));
  plant(join(folder, 'mixed'));
  const summary = await add(ctx, join(folder, 'mixed'), 'mixed');
  images = [...ctx.store.files.readable(summary.id)];
  await fitModel(ctx, { ...SMALL_FIT, dataset: 'mixed', steps: 4 }, fitHooks());
  screened = await screenDataset(ctx, { model: 'small', dataset: 'mixed', batchSize: 5 }, screenHooks());
});

afterAll(() => {
  ctx.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (path: string, frame: number) => {
  const found = images.find((each) => each.relativePath.endsWith(path) && each.frame === frame);
  if (found === undefined) throw new Error(`${path} gave no image ${String(frame)}`);
  return found;
};

describe('a scan', () => {
  it('gives a record for each page and each slice that shows something, with its place in its file and in space', () => {
    expect(ctx.store.files.countsByStatus(1)).toEqual({ readable: 4 * 7 + 3, skipped: 1, broken: 0 });
    const slices = images.filter(({ relativePath }) => relativePath.endsWith('sub-B_FLAIR.nii.gz'));
    expect(slices.map(({ frame, position }) => [frame, position])).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((frame) => [frame, 30 + 3 * frame]),
    );
    for (const slice of slices) {
      expect(slice).toMatchObject({
        format: 'nifti',
        plane: 'axial',
        width: SIDE,
        height: SIDE,
        channels: 1,
      });
    }
    const pages = images.filter(({ format }) => format === 'tiff');
    expect(pages.map(imageName)).toEqual([1, 2, 3].map((number) => `camera/three.tif · ${number} of 3`));
    expect(pages).toMatchObject(pages.map(() => ({ plane: null, frames: 3, bitDepth: 16 })));
    expect(imageName(slices[0] ?? at('sub-B_FLAIR.nii.gz', 1))).toMatch(/ · axial 2 of [89]$/);
  });

  it('knows the images of one file by its content, and tells them apart by their places', () => {
    expect(new Set(images.map(({ sha256 }) => sha256)).size).toBe(5);
    expect(new Set(images.map(({ relativePath, frame }) => `${relativePath} ${frame}`)).size).toBe(
      images.length,
    );
  });

  it('groups by patient, a patient with two volumes as one', () => {
    expect(ctx.store.datasets.get(1).grouping).toBe('patient');
    const patient = (path: string) => at(path, 4).groupKey;
    expect(patient('sub-A_FLAIR.nii.gz')).toBe(patient('sub-A_T1w.nii.gz'));
    expect(patient('sub-A_FLAIR.nii.gz')).not.toBe(patient('sub-B_FLAIR.nii.gz'));
    expect(at('three.tif', 0).groupKey).toBeNull();
  });

  it('leaves everything as it is when nothing has changed', async () => {
    const before = ctx.store.datasets.get(1).fingerprint;
    await add(ctx, join(folder, 'mixed'), 'mixed');
    expect(ctx.store.datasets.get(1).fingerprint).toBe(before);
    expect([...ctx.store.files.readable(1)]).toEqual(images);
  });
});

describe('what is held out', () => {
  it('is whole files and whole patients, under every way to group', async () => {
    const { preparation } = SMALL_FIT;
    for (const grouping of ['image', 'patient'] as const) {
      ctx.store.files.setGroups(
        images.map(({ id, patientKey }) => [id, grouping === 'image' ? null : patientKey]),
      );
      const { train, heldOut } = await fitData(ctx, ctx.store.datasets.get(1), null, preparation);
      expect(train.length + heldOut.length).toBe(images.length);
      expect(heldOut.length).toBeGreaterThan(0);
      const keysOf = (files: typeof train) => {
        const known = files.map(({ id }) => images.find((each) => each.id === id));
        return {
          files: new Set(known.flatMap((file) => file?.sha256 ?? [])),
          patients: new Set(known.flatMap((file) => file?.patientKey ?? [])),
        };
      };
      const [fitted, kept] = [keysOf(train), keysOf(heldOut)];
      expect([...kept.files].filter((file) => fitted.files.has(file))).toEqual([]);
      if (grouping === 'image') continue;
      expect([...kept.patients].filter((patient) => fitted.patients.has(patient))).toEqual([]);
    }
  });

  it('is so in the model that was fitted', () => {
    const { metrics } = knownModel(ctx.store.models.list()[0] ?? ctx.store.models.get(1));
    const kept = images.filter(({ id }) => metrics.heldOutFileIds.includes(id));
    const files = new Set(kept.map(({ relativePath }) => relativePath));
    expect(kept.length).toBe(images.filter(({ relativePath }) => files.has(relativePath)).length);
    expect(metrics.heldOutBy).toBe('patient');
  });
});

describe('a screening', () => {
  it('scores every image, and ranks them by their names', async () => {
    expect(screened).toMatchObject({ screened: images.length, failed: 0 });
    const ranking = await rank(ctx, { run: screened.runId, score: null, limit: 100, offset: 0 });
    expect(ranking.images.map(imageName).sort()).toEqual(images.map(imageName).sort());
    const values = new Set(ranking.images.map(({ value }) => value));
    expect(values.size).toBe(images.length);
  });

  it('leads to the heatmap of that very image', async () => {
    const ranking = await rank(ctx, { run: screened.runId, score: null, limit: 100, offset: 0 });
    for (const wanted of [at('three.tif', 2), at('sub-C_FLAIR.nii.gz', 4)]) {
      const output = join(folder, `${String(wanted.id)}.png`);
      const drawn = await heatmap(ctx, {
        model: 'small',
        score: null,
        dataset: 'mixed',
        fileId: wanted.id,
        output,
      });
      const scored = ranking.images.find(({ fileId }) => fileId === wanted.id);
      expect(drawn.panels[0]?.value).toBeCloseTo(scored?.value ?? NaN, 3);
      expect(await readFirst(output)).toMatchObject({ width: drawn.width, height: drawn.height });
    }
  });
});

describe('a slice in a window', () => {
  async function opened() {
    const window = await openWindow();
    const root = join(window.folder, 'images');
    plant(root);
    const { id } = await add(window.app.services, root, 'images');
    const known = [...window.store.files.readable(id)];
    const idOf = (path: string, frame: number) =>
      known.find((each) => each.relativePath.endsWith(path) && each.frame === frame)?.id ?? 0;
    const ask = (path: string, headers: Record<string, string> = {}) =>
      handleAsset(new Request(`http://localhost${path}`, { headers }), window.app);
    return { ...window, idOf, ask };
  }

  it('is shown with its own pixels, as stored', async () => {
    const { ask, idOf } = await opened();
    const slice = await ask(assets.pixels(idOf('sub-C_FLAIR.nii.gz', 4)));
    expect(slice.headers.get(PIXEL_HEADERS.width)).toBe(String(SIDE));
    // NIfTI counts rows from the back and columns from the left; people look from the feet, face upwards.
    const stored = ball(4).slice(4 * SIDE ** 2, 5 * SIDE ** 2);
    expect([...new Int16Array(await slice.arrayBuffer())]).toEqual(stored.toReversed());
    for (const number of [1, 2, 3]) {
      const response = await ask(assets.pixels(idOf('three.tif', number - 1)));
      expect(new Uint16Array(await response.arrayBuffer())).toEqual(page(number));
    }
  });

  it('has a thumbnail of its own, kept under the content and the place', async () => {
    const { ask, idOf } = await opened();
    const of = (frame: number) => assets.thumbnail(idOf('three.tif', frame), 64);
    const responses = [];
    for (const frame of [0, 1, 2]) responses.push(await ask(of(frame)));
    const tags = responses.map((response) => response.headers.get('etag') ?? '');
    expect(new Set(tags).size).toBe(3);
    const pictures = await Promise.all(
      responses.map(async (response) => Buffer.from(await response.arrayBuffer())),
    );
    expect(new Set(pictures.map((picture) => picture.toString('hex'))).size).toBe(3);
    for (const picture of pictures) {
      expect(await sharp(picture).metadata()).toMatchObject({ format: 'webp', width: 20, height: 12 });
    }
    expect((await ask(of(1), { 'if-none-match': tags[1] ?? '' })).status).toBe(304);
    expect((await ask(of(1), { 'if-none-match': tags[0] ?? '' })).status).toBe(200);
  });

  it('is refused with a sentence once its file holds fewer', async () => {
    const { ask, idOf, folder: home } = await opened();
    const path = join(home, 'images', 'camera', 'three.tif');
    writeFileSync(path, pagesTiff([page(1)], { width: 20, height: 12 }));
    const response = await ask(assets.pixels(idOf('three.tif', 2)));
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('no longer holds its image 3; scan its folder again.');
    expect(readFileSync(path).length).toBeGreaterThan(0);
  });
});
