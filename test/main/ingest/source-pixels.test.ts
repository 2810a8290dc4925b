import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { robustRange, toSourcePixels } from '../../../main/ingest/source-pixels.ts';
import { deepImage } from '../api/small-images.ts';
import { FIXTURES, readFirst, readTruth, withFolder } from './fixtures.ts';
import { rowOf } from './stored.ts';

const truth = await readTruth();
const truthOf = (name: string): number[] => truth[name]?.pixels ?? [];
const read = async (name: string) => toSourcePixels(await readFirst(join(FIXTURES, name)));

describe('pixels as stored', () => {
  it.each(['png', 'tiff'] as const)(
    'of 16 bit %s files are exactly those that were written',
    async (format) => {
      await withFolder(async (folder) => {
        const sizes = fc.record({
          width: fc.integer({ min: 1, max: 20 }),
          height: fc.integer({ min: 1, max: 20 }),
        });
        await fc.assert(
          fc.asyncProperty(
            sizes,
            fc.constantFrom(1 as const, 3 as const),
            fc.integer(),
            async (size, channels, seed) => {
              const values = Uint16Array.from(
                { length: size.width * size.height * channels },
                (_, at) => Math.imul(at + 1, 40503 + (seed | 1)) >>> 8,
              );
              const path = join(folder, `image.${format}`);
              await writeFile(path, await deepImage(values, { ...size, channels }, format));
              const pixels = toSourcePixels(await readFirst(path));
              expect(pixels).toMatchObject({ ...size, channels, slope: 1, intercept: 0, inverted: false });
              expect(pixels.values).toEqual(values);
            },
          ),
          { numRuns: 25 },
        );
      });
    },
  );

  it('of 8 bit files are shown over the whole range', async () => {
    const pixels = await read('grey8.png');
    expect(pixels).toMatchObject({ channels: 1, window: { centre: 127.5, width: 255 } });
    expect([...pixels.values]).toEqual(truthOf('grey8.png'));
    expect(pixels.values).toBeInstanceOf(Uint8Array);
  });

  it('of DICOM files keep every stored value, whatever the window would cut off', async () => {
    // The same stored values in many ways; the windowed ones are shown in other greys.
    const plain = await read('u12-explicit.dcm');
    expect(plain.values).toBeInstanceOf(Uint16Array);
    expect([...plain.values]).toEqual(truthOf('u12-explicit.dcm'));
    for (const name of [
      'u12-implicit.dcm',
      'u12-big.dcm',
      'u12-dirty.dcm',
      'u12-high.dcm',
      'monochrome1.dcm',
      'window.dcm',
    ]) {
      expect((await read(name)).values).toEqual(plain.values);
    }
    expect(await read('monochrome1.dcm')).toMatchObject({ inverted: true });
    expect(await read('window.dcm')).toMatchObject({ inverted: false, window: { centre: 1000, width: 800 } });
  });

  it('of signed DICOM files are signed, with their rescale', async () => {
    const windowed = await read('ct-window.dcm');
    expect(windowed).toMatchObject({ slope: 2, intercept: -24, window: { centre: 40, width: 400 } });
    expect(windowed.values).toBeInstanceOf(Int16Array);
    expect(Math.min(...windowed.values)).toBeLessThan(0);
    const unwindowed = await read('ct-no-window.dcm');
    expect(unwindowed.values).toEqual(windowed.values);
    // Few pixels: the window covers all of them, in values and not in stored numbers.
    const [low, high] = [Math.min(...windowed.values), Math.max(...windowed.values)];
    expect(unwindowed.window).toEqual({ centre: low + high - 24, width: 2 * (high - low) });
    // Of the types that viewports draw.
    const s8 = await read('s8.dcm');
    expect(s8.values).toEqual(Int16Array.from(truthOf('s8.dcm')));
    expect(await read('constant.dcm')).toMatchObject({ window: { centre: -7, width: 1 } });
  });

  it('in colour are those that every reader sees', async () => {
    for (const name of ['rgb8.dcm', 'rgb8-planar.dcm', 'rgb16.dcm', 'rgb16.png']) {
      const pixels = await read(name);
      expect(pixels.channels).toBe(3);
      expect([...pixels.values]).toEqual(truthOf(name));
    }
  });

  it('of more bits than viewports draw become floats', async () => {
    const { values, window } = await read('u32.dcm');
    expect(values).toEqual(Float32Array.from(truthOf('u32.dcm')));
    expect(window).toEqual({ centre: 0xffffffff / 2, width: 0xffffffff });
    const floats = await read('float.tif');
    expect(floats.values).toEqual(Float32Array.from(truthOf('float.tif')));
    expect(floats.window).toEqual({ centre: 1, width: 2 });
  });

  it('with a table of greys are shown over the values that it tells apart', () => {
    const voi = { kind: 'table', first: 100, entries: new Uint16Array(50), white: 255 } as const;
    expect(toSourcePixels(rowOf(Uint16Array.of(0, 120, 400), { voi })).window).toEqual({
      centre: 125,
      width: 50,
    });
  });

  it('that mean "no pixel here", or are none, do not widen the window', () => {
    const padded = rowOf(Int16Array.of(-2000, 5, 10), { padding: { low: -2000, high: -2000 } });
    expect(toSourcePixels(padded).window).toEqual({ centre: 7.5, width: 5 });
    expect(toSourcePixels(rowOf(Float32Array.of(NaN, 5, Infinity, 10))).window).toEqual({
      centre: 7.5,
      width: 5,
    });
    const nothing = toSourcePixels(rowOf(Float32Array.of(NaN, NaN)));
    expect(nothing.window).toEqual({ centre: 0, width: 1 });
  });
});

describe('robustRange', () => {
  it('leaves out half a percent at each end', () => {
    const values = Uint16Array.from({ length: 1000 }, (_, index) =>
      index < 5 ? 0 : index > 994 ? 65535 : 1000 + index,
    );
    expect(robustRange(rowOf(values))).toEqual({ low: 1005, high: 1994 });
  });

  it('is what sorting and counting gives', () => {
    const list = fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 1, maxLength: 600 });
    fc.assert(
      fc.property(list, (values) => {
        const ascending = values.toSorted((a, b) => a - b);
        const allowed = Math.floor(values.length * 0.005);
        expect(robustRange(rowOf(Int16Array.from(values)))).toEqual({
          low: ascending[allowed],
          high: ascending[values.length - 1 - allowed],
        });
      }),
    );
  });
});
