/** What a model sees in a case: a Glow really fitted on the example's slices, asked as a window asks. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { handleAsset } from '../../../../main/api/pictures/assets.ts';
import { explain } from '../../../../main/api/pictures/explain.ts';
import { fitModel } from '../../../../main/api/fit/fit.ts';
import { screenDataset } from '../../../../main/api/screening/screen.ts';
import { openFile } from '../../../../main/ingest/open-file.ts';
import { prepare } from '../../../../main/ingest/preparation.ts';
import { ONLY_PART } from '../../../../main/ingest/stored-image.ts';
import type { LatentEvent, LatentPicture } from '../../../../preload/contract.ts';
import { SCORES, screenedFolder } from '../screened-folder.ts';
import { SMALL_FIT } from '../small-fit.ts';
import { openWindow } from '../window.ts';
import { EXAMPLE, add, copyImages, fitHooks, refusalOf, screenHooks } from '../workplace.ts';

/** A window on a screening of twelve slices by a model, and the case of one of them. */
async function screenedExample(fit = {}) {
  const window = await openWindow();
  const { services } = window.app;
  const root = join(window.folder, 'lot');
  copyImages('screen/t2', root, 12);
  copyImages('fit', join(window.folder, 'flair'), 24);
  await add(services, join(window.folder, 'flair'), 'flair');
  const lot = await add(services, root, 'lot');
  await fitModel(services, { ...SMALL_FIT, steps: 6, ...fit }, fitHooks());
  const screening = { model: SMALL_FIT.name, dataset: 'lot', batchSize: 8 };
  const { runId } = await screenDataset(services, screening, screenHooks());
  const files = [...window.store.files.readable(lot.id)];
  const [first, second] = files;
  if (first === undefined || second === undefined) throw new Error('the lot has images');
  return { ...window, root, runId, fileId: first.id, first, second };
}

async function told(events: Promise<AsyncIterable<LatentEvent>>) {
  const found: LatentEvent[] = [];
  for await (const event of await events) found.push(event);
  return {
    begun: found.flatMap((event) => (event.kind === 'begun' ? [event] : [])),
    tiles: found.flatMap((event) => (event.kind === 'tile' ? [event] : [])),
    progress: found.flatMap((event) => (event.kind === 'progress' ? [event] : [])),
    pictures: found.flatMap((event) => (event.kind === 'picture' ? [event.picture] : [])),
  };
}

function pictureOf(pictures: readonly LatentPicture[], of: LatentPicture['of']): LatentPicture {
  const found = pictures.find((picture) => JSON.stringify(picture.of) === JSON.stringify(of));
  if (found === undefined) throw new Error(`there is no picture of ${JSON.stringify(of)}`);
  return found;
}

describe('what a model sees in a case', () => {
  it('is mixed with the nearest normal image, scale by scale, in pictures that are fetched', async () => {
    const { app, api, runId, fileId, root, first } = await screenedExample();
    const shown = await api.cases.show({ runId, fileId, score: null });
    const { begun, progress, pictures, tiles } = await told(
      api.latents.mix({ runId, fileId, score: null, otherId: null }),
    );
    expect(begun).toMatchObject([{ scales: 3, other: { fileId: shown.neighbours[0]?.fileId } }]);
    expect(tiles).toEqual([]);
    expect(progress.at(-1)).toMatchObject({ done: 8, total: 8 });
    expect(pictures).toHaveLength(8);
    const original = pictureOf(pictures, { kind: 'original', side: 'own' });
    const reply = await handleAsset(new Request(`http://page${original.address ?? ''}`), app);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'image/webp']);
    const { data } = await sharp(await reply.arrayBuffer())
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const seen = await prepare(
      await openFile(join(root, first.relativePath), null),
      ONLY_PART,
      SMALL_FIT.preparation,
    );
    expect(new Uint8Array(data)).toEqual((await seen.at(0)).pixels);
    // bits/dim of the case itself are those that it was screened with.
    const likelihood = -(shown.scores.find(({ name }) => name === 'likelihood')?.value ?? NaN);
    expect(original.bitsPerDimension).toBeCloseTo(-likelihood / (32 * 32 * Math.LN2) + 8, 3);
    const unknown = await handleAsset(new Request('http://page/assets/latents/9999'), app);
    expect(unknown.status).toBe(404);
  });

  it('is mixed with an image that a person picks, but for itself and for images of elsewhere', async () => {
    const { api, runId, fileId, second } = await screenedExample();
    const mix = (otherId: number) => told(api.latents.mix({ runId, fileId, score: null, otherId }));
    const { begun, pictures } = await mix(second.id);
    expect(begun).toMatchObject([{ other: { fileId: second.id, relativePath: second.relativePath } }]);
    expect(pictures).toHaveLength(8);
    await expect(mix(fileId)).rejects.toMatchObject({ code: 'SERVICE', data: { kind: 'invalid-request' } });
    await expect(mix(9999)).rejects.toMatchObject({ code: 'SERVICE', data: { kind: 'unknown-file' } });
  });

  it('gets more likely along the climb, and the next look works after one that was left', async () => {
    const { api, runId, fileId } = await screenedExample();
    const leaving = new AbortController();
    const left = await api.latents.climb({ runId, fileId, score: null }, { signal: leaving.signal });
    for await (const event of left) if (event.kind === 'progress') break;
    leaving.abort();
    const { pictures } = await told(api.latents.climb({ runId, fileId, score: null }));
    const bits = pictures.flatMap(({ bitsPerDimension }) => bitsPerDimension ?? []);
    expect(bits.length).toBeGreaterThan(2);
    expect(bits).toEqual(bits.toSorted((a, b) => b - a));
    expect(bits.at(-1)).toBeLessThan(bits[0] ?? NaN);
  });

  it('is the most anomalous tile of an image that is cut into tiles', async () => {
    const noise = Uint8Array.from({ length: 16 * 48 }, (_, at) => (at % 48 < 32 ? 90 : (at * 89) % 256));
    const png = await sharp(noise, { raw: { width: 48, height: 16, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const { api, ids, runId } = await screenedFolder({
      files: { 'wide.png': png },
      preparation: { fit: 'tile', width: 16, height: 16, channels: 1, overlap: 0 },
    });
    const { tiles } = await told(
      api.latents.climb({ runId, fileId: ids['wide.png'] ?? 0, score: SCORES[0] ?? null }),
    );
    expect(tiles).toEqual([{ kind: 'tile', side: 'own', number: 3, count: 3 }]);
  });
});

describe('what cannot be seen', () => {
  it('is a case whose file is gone, a case that is none, and what another detector sees', async () => {
    const { api, root, runId, fileId, first } = await screenedExample();
    rmSync(join(root, first.relativePath));
    await expect(told(api.latents.climb({ runId, fileId, score: null }))).rejects.toMatchObject({
      code: 'SERVICE',
      data: { kind: 'not-found' },
    });
    await expect(told(api.latents.climb({ runId, fileId: 9999, score: null }))).rejects.toMatchObject({
      data: { kind: 'unknown-file' },
    });
    const other = await screenedExample({
      detector: 'pca',
      encoder: 'filter-bank',
      steps: null,
      batchSize: null,
    });
    for (const look of [
      other.api.latents.climb({ runId: other.runId, fileId: other.fileId, score: null }),
      other.api.latents.mix({ runId: other.runId, fileId: other.fileId, score: null, otherId: null }),
    ]) {
      await expect(told(look)).rejects.toMatchObject({
        data: { kind: 'not-invertible' },
        message:
          '"small" cannot show what it sees: only a Glow can be run backwards, from what it knows of an image to a picture.',
      });
    }
  });
});

describe('flowscreen explain', () => {
  it('writes the pictures with their numbers, and stops when it is told to', async () => {
    const { app, folder } = await screenedExample();
    const output = mkdtempSync(join(tmpdir(), 'flowscreen-explain-'));
    onTestFinished(() => rmSync(output, { recursive: true, force: true }));
    const request = {
      model: SMALL_FIT.name,
      image: { path: join(EXAMPLE, 'screen', 't2', 'FG-6692_t2_z080.png') },
      other: null,
      output,
    };
    const hooks = { signal: new AbortController().signal, onProgress: () => undefined };
    const found = await explain(app.services, request, hooks);
    expect(found.pictures).toHaveLength(15);
    expect(found.mixedWith).toContain(join(folder, 'flair'));
    expect(JSON.parse(readFileSync(join(output, 'numbers.json'), 'utf8'))).toEqual(found);
    for (const { file } of found.pictures) {
      if (file === null) continue;
      expect(await sharp(join(output, file)).metadata()).toMatchObject({ width: 32, height: 32 });
    }
    const stopped = { ...hooks, signal: AbortSignal.abort() };
    expect(await refusalOf(explain(app.services, request, stopped))).toMatchObject({ kind: 'interrupted' });
    const unknown = explain(
      app.services,
      { ...request, other: { dataset: 'lot', relativePath: 'no.png' } },
      hooks,
    );
    expect(await refusalOf(unknown)).toMatchObject({ kind: 'unknown-file' });
  });
});
