import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSourcePixels, robustRange } from '../../../main/ingest/source-pixels.ts';
import { deepImage } from '../api/small-images.ts';
import { FIXTURES, errorKindOf, readTruth, withFolder } from './fixtures.ts';

/** What make.py stores in its 12 and 16 bit DICOM files, 5 × 3. */
const truth = await readTruth();
const truthOf = (name: string): number[] => truth[name]?.pixels ?? [];
const read = (name: string) => readSourcePixels(join(FIXTURES, name));

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
              const pixels = await readSourcePixels(path);
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
    // The same stored values in five ways; the windowed ones decode to other greys.
    const plain = await read('u12-explicit.dcm');
    expect(plain.values).toBeInstanceOf(Uint16Array);
    expect(Array.from(plain.values, (value) => Math.round((value * 65535) / 4095))).toEqual(
      truthOf('u12-explicit.dcm'),
    );
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
    expect((await read('s8.dcm')).values).toBeInstanceOf(Int16Array);
    expect(await read('constant.dcm')).toMatchObject({ window: { centre: -7, width: 1 } });
  });

  it('in colour are those that every reader sees', async () => {
    for (const name of ['rgb8.dcm', 'rgb8-planar.dcm', 'rgb16.dcm', 'rgb16.png']) {
      const pixels = await read(name);
      expect(pixels.channels).toBe(3);
      expect([...pixels.values]).toEqual(truthOf(name));
    }
  });

  it('are refused where a file cannot be read', async () => {
    expect(await errorKindOf(read('refused-two-frames.dcm'))).toBe('unsupported-format');
    expect(await errorKindOf(read('missing.png'))).toBe('not-found');
  });
});

describe('robustRange', () => {
  it('leaves out half a percent at each end', () => {
    const values = Uint16Array.from({ length: 1000 }, (_, index) =>
      index < 5 ? 0 : index > 994 ? 65535 : 1000 + index,
    );
    expect(robustRange(values)).toEqual({ low: 1005, high: 1994 });
  });

  it('is what sorting and counting gives', () => {
    const list = fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 1, maxLength: 600 });
    fc.assert(
      fc.property(list, (values) => {
        const ascending = values.toSorted((a, b) => a - b);
        const allowed = Math.floor(values.length * 0.005);
        expect(robustRange(Int16Array.from(values))).toEqual({
          low: ascending[allowed],
          high: ascending[values.length - 1 - allowed],
        });
      }),
    );
  });
});
