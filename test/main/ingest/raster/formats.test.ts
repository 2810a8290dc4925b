import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorKindOf, ingestErrorOf } from '../fixtures.ts';
import { RASTERS, openFixture, truth } from './truth.ts';

describe('openRaster gives the values that were written', () => {
  it.each(Object.entries(truth))('%s', async (name, { pages, notes }) => {
    const file = await openFixture(name);
    expect(file.notes).toHaveLength(notes);
    expect(
      file.images.map(({ width, height, channels, bitDepth }) => [width, height, channels, bitDepth]),
    ).toEqual(pages.map(({ width, height, channels, bitDepth }) => [width, height, channels, bitDepth]));
    await file.checkDecodes();
    for (const [frame, page] of pages.entries()) {
      const image = await file.read({ frame, plane: null });
      expect(image).toMatchObject({ width: page.width, height: page.height, channels: page.channels });
      expect(image.inverted).toBe(page.inverted);
      expect(image.values).toEqual(page.values);
    }
  });

  it('also from bytes in memory, pages in any order', async () => {
    const name = 'stack.ome.tif';
    const file = await openFixture(name, { bytes: await readFile(join(RASTERS, name)) });
    for (const frame of [2, 0, 1]) {
      const { values } = await file.read({ frame, plane: null });
      expect(values).toEqual(truth[name]?.pages[frame]?.values);
    }
  });
});

describe('the range that a file may use', () => {
  it.each([
    ['bits1.tif', { low: 0, high: 1 }],
    ['bits12.tif', { low: 0, high: 4095 }],
    ['uint32.tif', { low: 0, high: 2 ** 32 - 1 }],
    ['grey2.png', { low: 0, high: 255 }],
    ['rgb16.png', { low: 0, high: 65535 }],
    ['palette.tif', { low: 0, high: 255 }],
    ['int16.tif', null],
    ['float32.tif', null],
    ['float16.tif', null],
    ['uint64.tif', null],
  ])('of %s is %o', async (name, declared) => {
    const file = await openFixture(name);
    expect((await file.read({ frame: 0, plane: null })).declared).toEqual(declared);
  });
});

describe('colours that are none of a screen', () => {
  // The fixtures' profile makes pure cyan a grey of L* 60: Y = ((60 + 16) / 116)³ = 0.2812, in sRGB 145.
  it.each(['cmyk-profile.tif', 'cmyk-profile.jpg'])('CMYK goes through its own profile: %s', async (name) => {
    const { values, channels } = await (await openFixture(name)).read({ frame: 0, plane: null });
    expect(channels).toBe(3);
    for (const value of values) expect(Math.abs(value - 145)).toBeLessThanOrEqual(1);
  });

  it('Lab becomes what Little CMS makes of it', async () => {
    const expected = z.array(z.int()).parse(JSON.parse(await readFile(join(RASTERS, 'lab.json'), 'utf8')));
    const { values } = await (await openFixture('lab.tif')).read({ frame: 0, plane: null });
    expect(values).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) {
      expect(Math.abs(value - (values[i] ?? NaN))).toBeLessThanOrEqual(1);
    }
  });
});

describe('openRaster refuses, and says what', () => {
  it.each([
    ['refused-complex.tif', 'complex numbers'],
    ['refused-raw.tif', 'raw picture of a camera'],
    ['refused-unknown-channel.tif', '4 channels'],
  ])('%s', async (name, what) => {
    const error = await ingestErrorOf(openFixture(name));
    expect(error.kind).toBe('unsupported-format');
    expect(error.message).toContain(what);
  });

  it('a file that is not there', async () => {
    expect(await errorKindOf(openFixture('nothing.tif'))).toBe('not-found');
  });

  it('a page that the file lacks', async () => {
    const file = await openFixture('pages.tif');
    expect(() => file.read({ frame: 2, plane: null })).toThrow(RangeError);
    expect(() => file.read({ frame: 0, plane: 'axial' })).toThrow(RangeError);
  });
});
