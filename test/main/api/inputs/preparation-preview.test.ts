import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { handleAsset } from '../../../../main/api/pictures/assets.ts';
import { dicomSlice } from '../dicom-slice.ts';
import { greyPng } from '../small-images.ts';
import { openWindow } from '../window.ts';
import { add } from '../workplace.ts';

const SIDE = 32;

/** Hounsfield unit -1000 + 2 · pixel, each slice a little further. */
const ct = (index: number) =>
  dicomSlice({
    value: 0,
    side: SIDE,
    texts: [[0x0008, 0x0060, 'CS', 'CT']],
    rescale: { intercept: -1024, slope: 1 },
    valueAt: (pixel) => 24 + 2 * pixel + index,
  });

async function folderOf(files: Readonly<Record<string, Buffer>>) {
  const window = await openWindow();
  const root = join(window.folder, 'images');
  mkdirSync(root);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(root, name), bytes);
  const { id } = await add(window.app.services, root, 'images');
  const get = (address: string) => handleAsset(new Request(`http://localhost${address}`), window.app);
  const asked = { datasetId: id, generalModelId: null, label: null, preparation: null, intensity: null };
  return { ...window, get, asked };
}

async function pixelsOf(reply: Response): Promise<{ channels: number; pixels: number[] }> {
  const { data, info } = await sharp(await reply.arrayBuffer())
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { channels: info.channels, pixels: [...data] };
}

const resize = { fit: 'resize', height: SIDE, width: SIDE, channels: 1 } as const;

describe('the preview of a fit', () => {
  it('shows images spread over the dataset as the model would see them', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `${String(index).padStart(2, '0')}.dcm`);
    const { api, asked, get } = await folderOf(
      Object.fromEntries(names.map((name, index) => [name, ct(index)])),
    );
    const chosen = await api.jobs.preview({ ...asked, preparation: resize });
    expect(chosen).toMatchObject({
      preparation: 'resize 32x32 grey, window -150 to 250',
      intensity: { kind: 'window', low: -150, high: 250 },
    });
    expect(chosen.why).toContain('CT');
    expect(chosen.pictures.map(({ name }) => name)).toEqual(['02.dcm', '07.dcm', '12.dcm', '17.dcm']);
    const reply = await get(chosen.pictures[1]?.address ?? '');
    expect([reply.status, reply.headers.get('content-type'), reply.headers.get('cache-control')]).toEqual([
      200,
      'image/webp',
      'no-store',
    ]);
    const { channels, pixels } = await pixelsOf(reply);
    const hounsfield = Array.from({ length: SIDE * SIDE }, (_, pixel) => -1000 + 2 * pixel + 7);
    expect(pixels.filter((_, at) => at % channels === 0)).toEqual(
      hounsfield.map((unit) => Math.round(255 * Math.min(1, Math.max(0, (unit + 150) / 400)))),
    );
  });

  it('follows what is chosen', async () => {
    const { api, asked, get } = await folderOf({ 'one.dcm': ct(0) });
    const bone = { kind: 'window', low: -500, high: 1300 } as const;
    const chosen = await api.jobs.preview({ ...asked, preparation: resize, intensity: bone });
    expect(chosen).toMatchObject({ intensity: bone, why: 'As you have chosen.' });
    expect(chosen.pictures).toHaveLength(1);
    const { pixels } = await pixelsOf(await get(chosen.pictures[0]?.address ?? ''));
    // The last pixel is 1046 HU.
    expect(pixels.at(-1)).toBe(Math.round((255 * (1046 + 500)) / 1800));
  });

  it('keeps colours in their places', async () => {
    const red = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#ff8000' } })
      .png()
      .toBuffer();
    const { api, asked, get } = await folderOf({ 'red.png': red });
    const { pictures, preparation } = await api.jobs.preview(asked);
    expect(preparation).toBe('resize 64x64 colour, values as each file says');
    const { pixels } = await pixelsOf(await get(pictures[0]?.address ?? ''));
    expect(pixels.slice(0, 3)).toEqual([255, 128, 0]);
  });

  it('has a file that went away say so, and the others shown', async () => {
    const { api, asked, get, folder } = await folderOf({
      'a.png': await greyPng(1),
      'b.png': await greyPng(2),
    });
    const { pictures } = await api.jobs.preview(asked);
    writeFileSync(join(folder, 'images', 'a.png'), 'no longer an image');
    const replies = await Promise.all(pictures.map(({ address }) => get(address)));
    expect(replies.map(({ status }) => status)).toEqual([422, 200]);
    expect(await replies[0]?.text()).toContain('a.png');
  });

  it('is refused for what names no image or no preparation', async () => {
    const { get } = await folderOf({ 'a.png': await greyPng(1) });
    const as = (preparation: unknown) => encodeURIComponent(JSON.stringify(preparation));
    for (const address of [
      '/assets/inputs/1',
      '/assets/inputs/1?as=nothing',
      `/assets/inputs/1?as=${as({ ...resize, height: 65_536 })}`,
      `/assets/inputs/1?as=${as({ ...resize, height: 33 })}`,
      `/assets/inputs/1?as=${as({ ...resize, intensity: { kind: 'window', low: 5, high: 1 } })}`,
      `/assets/inputs/99?as=${as(resize)}`,
      `/assets/inputs/0?as=${as(resize)}`,
    ]) {
      expect((await get(address)).status, address).toBe(404);
    }
  });
});
