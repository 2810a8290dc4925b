import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { App } from '../../../../main/api/app.ts';
import { handleAsset } from '../../../../main/api/pictures/assets.ts';
import { findModel, loadDetector } from '../../../../main/api/models/known-models.ts';
import type { MapService } from '../../../../main/api/pictures/map-service.ts';
import { ONLY_PART } from '../../../../main/ingest/stored-image.ts';
import { PIXEL_HEADERS, assets } from '../../../../preload/contract.ts';
import { FIXTURES } from '../../ingest/fixtures.ts';
import { PREPARATION, SCORES, allScores, screenedFolder } from '../screened-folder.ts';
import { deepImage, greyPng } from '../small-images.ts';
import { contextAt } from '../workplace.ts';

const ask = (app: App, path: string, init: RequestInit = {}) =>
  handleAsset(new Request(`http://page${path}`, init), app);

async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await response.arrayBuffer());
}

const headersOf = ({ headers }: Response) =>
  Object.fromEntries(Object.entries(PIXEL_HEADERS).map(([name, header]) => [name, headers.get(header)]));

/** Every file below a folder with its content and times. */
function snapshot(root: string) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, statSync(path).mtimeMs, createHash('sha256').update(readFileSync(path)).digest('hex')];
    });
}

const DEEP = Uint16Array.from({ length: 60 * 40 }, (_, at) => (at * 27) % 65536);

async function folder() {
  const window = await screenedFolder({
    files: {
      'a.png': await greyPng(1, { width: 300, height: 200 }),
      'b.png': await deepImage(DEEP, { width: 60, height: 40 }, 'png'),
      'c.tif': await deepImage(DEEP, { width: 40, height: 60 }, 'tiff'),
      'd.dcm': readFileSync(join(FIXTURES, 'ct-window.dcm')),
      'e.png': (await greyPng(2)).subarray(0, 60),
    },
  });
  const broken = window.store.files.find(window.datasetId, 'e.png');
  return { ...window, id: (path: string) => window.ids[path] ?? 0, broken: broken?.id ?? 0 };
}

describe('a thumbnail', () => {
  it('is made once, kept by its content, and needs no second transfer', async () => {
    const { app, id, root, home } = await folder();
    const before = snapshot(root);
    const path = assets.thumbnail(id('a.png'), 64);
    const first = await ask(app, path);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('image/webp');
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const webp = await bytesOf(first);
    expect(await sharp(webp).metadata()).toMatchObject({ format: 'webp', width: 64, height: 43 });
    expect(snapshot(root)).toEqual(before);
    // The image is out of reach: the thumbnail is still there.
    rmSync(join(root, 'a.png'));
    expect(await bytesOf(await ask(app, path))).toEqual(webp);
    const etag = first.headers.get('etag') ?? '';
    const unchanged = await ask(app, path, { headers: { 'if-none-match': etag } });
    expect([unchanged.status, unchanged.body, unchanged.headers.get('etag')]).toEqual([304, null, etag]);
    const kept = snapshot(join(home, 'thumbnails'));
    expect(kept).toHaveLength(1);
    expect(kept[0]?.[0]).toContain(String(before[0]?.[2]));
  });

  it('of an image that has changed since the scan shows what is there now, and spoils nothing', async () => {
    const { app, id, root } = await folder();
    const path = assets.thumbnail(id('a.png'), 256);
    const old = readFileSync(join(root, 'a.png'));
    writeFileSync(join(root, 'a.png'), await greyPng(9, { width: 30, height: 20 }));
    const changed = await ask(app, path);
    expect(await sharp(await bytesOf(changed)).metadata()).toMatchObject({ width: 30, height: 20 });
    writeFileSync(join(root, 'a.png'), old);
    const back = await ask(app, path);
    expect(await sharp(await bytesOf(back)).metadata()).toMatchObject({ width: 256, height: 171 });
    expect(back.headers.get('etag')).not.toBe(changed.headers.get('etag'));
  });

  it('is shown where it cannot be kept, and made again after the caches were cleared', async () => {
    const { app, id, home } = await folder();
    const path = assets.thumbnail(id('b.png'));
    writeFileSync(join(home, 'thumbnails'), 'no folder');
    expect((await ask(app, path)).status).toBe(200);
    rmSync(join(home, 'thumbnails'));
    expect((await ask(app, path)).status).toBe(200);
    rmSync(join(home, 'thumbnails'), { recursive: true });
    mkdirSync(join(home, 'thumbnails'));
    expect((await ask(app, path)).status).toBe(200);
    expect(snapshot(join(home, 'thumbnails'))).toHaveLength(1);
  });

  it('of many images at once comes for each, but not for those who have gone', async () => {
    const { app, id } = await folder();
    const gone = AbortSignal.abort();
    const paths = ['a.png', 'b.png', 'c.tif', 'd.dcm'].flatMap((file) =>
      ([64, 128, 256] as const).flatMap((size) => [
        assets.thumbnail(id(file), size),
        assets.thumbnail(id(file), size),
      ]),
    );
    const [left, ...responses] = await Promise.all([
      ask(app, assets.thumbnail(id('a.png'), 64), { signal: gone }),
      ...paths.map((path) => ask(app, path)),
    ]);
    expect(left.status).toBe(404);
    expect(responses.map(({ status }) => status)).toEqual(paths.map(() => 200));
    const pictures = await Promise.all(responses.map(bytesOf));
    for (let index = 0; index < pictures.length; index += 2)
      expect(pictures[index]).toEqual(pictures[index + 1]);
  });

  it('of a broken image is refused with the sentence of the scan', async () => {
    const { app, broken } = await folder();
    const response = await ask(app, assets.thumbnail(broken));
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toMatch(
      /e\.png" is cut off before its end; copy it again from its source\.$/,
    );
  });
});

describe('pixels', () => {
  it.each([
    ['b.png', 60, 40],
    ['c.tif', 40, 60],
  ])('of the 16 bit image %s are exactly those of the file', async (file, width, height) => {
    const { app, id, root } = await folder();
    const before = snapshot(root);
    const response = await ask(app, assets.pixels(id(file)));
    expect(response.status).toBe(200);
    expect(headersOf(response)).toMatchObject({
      width: String(width),
      height: String(height),
      channels: '1',
      type: 'uint16',
      slope: '1',
      intercept: '0',
      inverted: 'false',
      shrink: '1',
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(new Uint16Array((await bytesOf(response)).buffer)).toEqual(DEEP);
    expect(snapshot(root)).toEqual(before);
  });

  it('of a DICOM image are the stored values, with rescale and window', async () => {
    const { app, id } = await folder();
    const response = await ask(app, assets.pixels(id('d.dcm')));
    expect(headersOf(response)).toEqual({
      width: '5',
      height: '3',
      channels: '1',
      type: 'int16',
      slope: '2',
      intercept: '-24',
      windowCentre: '40',
      windowWidth: '400',
      inverted: 'false',
      shrink: '1',
    });
    expect(new Int16Array((await bytesOf(response)).buffer)).toHaveLength(15);
  });

  it('are refused of what is broken or gone, with the sentence', async () => {
    const { app, id, broken, root } = await folder();
    const cut = await ask(app, assets.pixels(broken));
    expect([cut.status, await cut.text()]).toEqual([
      422,
      expect.stringContaining('is cut off before its end'),
    ]);
    rmSync(join(root, 'a.png'));
    const gone = await ask(app, assets.pixels(id('a.png')));
    expect([gone.status, await gone.text()]).toEqual([422, expect.stringContaining('does not exist')]);
  });

  it('of an image that is too large for a page are averaged, so that they fit', async () => {
    const [width, height] = [9001, 8000];
    const rows = new Uint8Array(width * height).fill(200, width * 4000);
    const raw = { width, height, channels: 1 } as const;
    const { app, ids } = await screenedFolder({
      files: {
        'large.png': await sharp(rows, { raw }).toColourspace('b-w').png({ compressionLevel: 1 }).toBuffer(),
      },
    });
    const response = await ask(app, assets.pixels(ids['large.png'] ?? 0));
    // 72 million pixels, 64 at most: two by two become one, and what is left over is cut off.
    expect(headersOf(response)).toMatchObject({ width: '4500', height: '4000', type: 'uint8', shrink: '2' });
    const shown = await bytesOf(response);
    expect([...new Set(shown.subarray(0, 4500 * 2000))]).toEqual([0]);
    expect([...new Set(shown.subarray(4500 * 2000))]).toEqual([200]);
  });
});

/** The real computation, in this process, and what was asked of it. */
async function localMaps(home: string) {
  const ctx = await contextAt(home);
  const prefetched: string[] = [];
  const service: MapService = {
    maps: (_, path, part) => {
      const model = findModel(ctx, 'model');
      return ctx.jobs.maps({
        path,
        part,
        preparation: model.preparation,
        detector: loadDetector(ctx, model),
        names: model.scores,
      });
    },
    prefetch: (_, path) => void prefetched.push(path),
    close: () => ctx.close(),
  };
  return { service, prefetched };
}

describe('a heatmap', () => {
  it("is the model's map of that score, on its fixed scale", async () => {
    const { app, runId, modelId, id, root, home } = await folder();
    const { service } = await localMaps(home);
    const path = join(root, 'b.png');
    const expected = await service.maps(modelId, path, ONLY_PART);
    service.close();
    for (const [index, score] of SCORES.entries()) {
      const response = await ask(app, assets.map(runId, id('b.png'), score));
      expect(response.status).toBe(200);
      expect(headersOf(response)).toEqual({
        width: String(PREPARATION.width),
        height: String(PREPARATION.height),
        channels: '1',
        type: 'float32',
        slope: '1',
        intercept: '0',
        windowCentre: String(index),
        windowWidth: '4',
        inverted: 'false',
        shrink: '1',
      });
      const values = new Float32Array((await bytesOf(response)).buffer);
      expect(values).toEqual(expected.maps[score]);
      expect(new Set(values).size).toBeGreaterThan(1);
    }
  });

  it('has the next one computed ahead: that of the list that was last looked at', async () => {
    const { app, api, runId, ids, root, home } = await screenedFolder({
      files: Object.fromEntries(
        await Promise.all([0, 1, 2, 3].map(async (each) => [`${each}.png`, await greyPng(each)] as const)),
      ),
      scoreOf: (_, index) => allScores(index),
    });
    const { service, prefetched } = await localMaps(home);
    const local: App = { ...app, maps: service };
    const look = (file: string) => ask(local, assets.map(runId, ids[file] ?? 0, 'likelihood'));
    await look('2.png');
    await api.triage.rows({
      runId,
      score: null,
      filter: { verdicts: [], aboveThreshold: null, search: '', label: null },
      sort: { by: 'path', descending: false },
      offset: 0,
      limit: 10,
    });
    await look('2.png');
    await look('3.png');
    service.close();
    expect(prefetched).toEqual([join(root, '1.png'), join(root, '3.png')]);
  });

  it('of a file that cannot be used is refused with the sentence', async () => {
    const { app, runId, id, root, home } = await folder();
    const { service } = await localMaps(home);
    rmSync(join(root, 'b.png'));
    const response = await ask({ ...app, maps: service }, assets.map(runId, id('b.png'), 'likelihood'));
    service.close();
    expect([response.status, await response.text()]).toEqual([
      422,
      expect.stringContaining('does not exist'),
    ]);
  });
});

describe('an address', () => {
  it('of nothing known is answered with 404, whatever it tries', async () => {
    const { app, runId, id, broken } = await folder();
    const file = id('b.png');
    const paths = [
      '/assets',
      '/assets/',
      '/assets/thumbnails',
      assets.thumbnail(9999),
      `/assets/thumbnails/${file}/100`,
      `/assets/thumbnails/${file}/64/`,
      `/assets/thumbnails/0/64`,
      `/assets/thumbnails/-1/64`,
      `/assets/thumbnails/1e0/64`,
      `/assets/thumbnails/0${file}/64`,
      `/assets/thumbnails/${file}.0/64`,
      '/assets/thumbnails/99999999999999999999/64',
      '/assets/thumbnails/../../etc/passwd/64',
      '/assets/thumbnails/%2e%2e%2f%2e%2e%2fetc%2fpasswd/64',
      `/assets/pixels/${file}/0`,
      assets.pixels(9999),
      `/assets/pixels/${file}/0/../../../../../etc/passwd`,
      '/assets/pixels//etc/passwd',
      assets.map(99, file, 'likelihood'),
      assets.map(runId, 9999, 'likelihood'),
      assets.map(runId, broken, 'likelihood'),
      assets.map(runId, file, 'ratio'),
      assets.map(runId, file, '__proto__'),
      assets.map(runId, file, 'constructor'),
      assets.map(runId, file, '../likelihood'),
      `/assets/maps/${runId}/${file}/%E0%A4%A`,
      `/assets/maps/${runId}/${file}/`,
    ];
    const answers = await Promise.all(paths.map(async (path) => [path, (await ask(app, path)).status]));
    expect(answers).toEqual(paths.map((path) => [path, 404]));
  });

  it('can only be read', async () => {
    const { app, id } = await folder();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const response = await ask(app, assets.thumbnail(id('a.png')), { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    for (const path of [assets.thumbnail(id('a.png')), assets.pixels(id('b.png'))]) {
      const [head, get] = [await ask(app, path, { method: 'HEAD' }), await ask(app, path)];
      expect(head.status).toBe(200);
      expect(head.body).toBeNull();
      expect([...head.headers]).toEqual([...get.headers]);
    }
  });
});
