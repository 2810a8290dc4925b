import {
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cachedEncoder } from '../../../../main/engine/encoders/feature-cache.ts';
import type { Encoder } from '../../../../models/detectors/method.ts';
import { type ImageShape, elementsOf } from '../../../../models/images.ts';
import { chance } from '../../../models/samples.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SHAPE: ImageShape = { channels: 1, height: 2, width: 3 };

/** The image's first three pixels, and all of them as a grid; counts what it is asked for. */
function counting(fingerprint = 'counting') {
  const state = { images: 0 };
  const encoder: Encoder = {
    fingerprint,
    dimensions: 3,
    grid: { height: 2, width: 3, dimensions: 1 },
    encode(images) {
      state.images += images.length;
      return Promise.resolve({
        vectors: Float32Array.from(images.flatMap((image) => Array.from(image.subarray(0, 3)))),
        grids: Float32Array.from(images.flatMap((image) => Array.from(image))),
      });
    },
  };
  return { encoder, state };
}

function images(count: number, seed = 1): Uint8Array[] {
  const draw = chance(seed);
  return Array.from({ length: count }, () =>
    Uint8Array.from({ length: elementsOf(SHAPE) }, () => Math.floor(256 * draw())),
  );
}

const silent = (message: string) => expect.fail(message);

/** A cache as another process would open it. */
function openCache(folder: string, limitBytes?: number, fingerprint?: string) {
  const { encoder, state } = counting(fingerprint);
  const settings = { folder, report: silent, ...(limitBytes === undefined ? {} : { limitBytes }) };
  return { cache: cachedEncoder(encoder, SHAPE, settings), state };
}

describe('the cache of features', () => {
  it('computes an image once, also where it comes twice at a time, in the order asked for', async () => {
    const folder = join(temporaryFolder(), 'made', 'when', 'missing');
    const given = images(5);
    const asked = [3, 0, 3, 1].map((at) => given[at] ?? new Uint8Array());
    const expected = await counting().encoder.encode(asked);
    const { cache, state } = openCache(folder);
    expect(await cache.encode(asked)).toEqual(expected);
    expect(state.images).toBe(3);
    expect(await cache.encode(asked)).toEqual(expected);
    await cache.encode(given);
    expect(state.images).toBe(5);
    const later = openCache(folder);
    expect(await later.cache.encode(asked)).toEqual(expected);
    expect(later.state.images).toBe(0);
  });

  it('keeps encoders apart, and shapes', async () => {
    const folder = temporaryFolder();
    await openCache(folder).cache.encode(images(2));
    const other = openCache(folder, undefined, 'another');
    await other.cache.encode(images(2));
    expect(other.state.images).toBe(2);
    const { encoder, state } = counting();
    const turned = { channels: 1, height: 3, width: 2 } as const;
    await cachedEncoder(encoder, turned, { folder, report: silent }).encode(images(2));
    expect(state.images).toBe(2);
  });

  it.each([
    ['cut short in its head', (file: string) => truncateSync(file, 20), 4],
    ['cut short in its last image', (file: string) => truncateSync(file, statSync(file).size - 1), 1],
    ['empty', (file: string) => truncateSync(file, 0), 4],
    ['another file', (file: string) => writeFileSync(file, 'not features'), 4],
    ['changed in one bit of a key', (file: string) => flip(file, 20), 4],
    ['changed in one bit of an image', (file: string) => flip(file, statSync(file).size - 5), 1],
    ['gone', (file: string) => rmSync(file), 4],
  ] as const)('computes anew what lies in a file that is %s', async (_, damage, again) => {
    const folder = temporaryFolder();
    const expected = await openCache(folder).cache.encode(images(4));
    for (const name of readdirSync(folder)) damage(join(folder, name));
    const { cache, state } = openCache(folder);
    expect(await cache.encode(images(4))).toEqual(expected);
    expect(state.images).toBe(again);
    expect(await openCache(folder).cache.encode(images(4))).toEqual(expected);
  });

  it('finds what another process writes at the same time, or computes it, and loses nothing', async () => {
    const folder = temporaryFolder();
    const [one, two] = [openCache(folder), openCache(folder)];
    await Promise.all([one.cache.encode(images(6, 1)), two.cache.encode(images(6, 2))]);
    const later = openCache(folder);
    await later.cache.encode([...images(6, 1), ...images(6, 2)]);
    expect(later.state.images).toBe(0);
  });

  it('goes on where what it knew of is removed behind its back', async () => {
    const folder = temporaryFolder();
    const { cache, state } = openCache(folder);
    const expected = await cache.encode(images(3));
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    expect(await cache.encode(images(3))).toEqual(expected);
    expect(state.images).toBe(6);
  });

  it('gives up what was not used for longest, and nothing that is not its own', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes.txt'), 'a person wrote this');
    await openCache(folder).cache.encode(images(2, 1));
    const [first = ''] = readdirSync(folder).filter((name) => name.endsWith('.features'));
    const size = statSync(join(folder, first)).size;
    utimesSync(join(folder, first), 1000, 1000);
    await openCache(folder).cache.encode(images(2, 2));
    for (const name of readdirSync(folder)) if (name !== first) utimesSync(join(folder, name), 2000, 2000);
    // Reading makes the oldest the newest.
    await openCache(folder).cache.encode(images(2, 1));
    await openCache(folder, 2.5 * size).cache.encode(images(2, 3));
    expect(readdirSync(folder)).toContain('notes.txt');
    expect(readdirSync(folder)).toContain(first);
    expect(readdirSync(folder)).toHaveLength(3);
    const { cache, state } = openCache(folder);
    await cache.encode([...images(2, 1), ...images(2, 3)]);
    expect(state.images).toBe(0);
  });

  it('says in one sentence, once, that its folder is a file, and gives the features', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const reports: string[] = [];
    const { encoder } = counting();
    const cache = cachedEncoder(encoder, SHAPE, { folder: file, report: (message) => reports.push(message) });
    for (let round = 0; round < 3; round++) {
      expect(await cache.encode(images(2))).toEqual(await encoder.encode(images(2)));
    }
    expect(reports.length).toBeGreaterThan(0);
    expect(reports.length).toBeLessThanOrEqual(2);
    for (const report of reports) expect(report).toMatch(/^[A-Z][^\n]*; [^\n]*\.$/);
  });
});

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}
