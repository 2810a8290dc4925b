import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rectangle } from '../../../../main/ingest/layout.ts';
import { allocate } from '../../../../main/ingest/raster/sample-kind.ts';
import type { StoredValues } from '../../../../main/ingest/stored-image.ts';
import { openFixture, truth } from './truth.ts';
import type { TruePage } from './truth.ts';

/** Pixel by pixel what a view shows of a page, in exact integers where the samples are integers. */
function reference(page: TruePage, region: Rectangle, shrink: number): StoredValues {
  const width = Math.floor(region.width / shrink);
  const height = Math.floor(region.height / shrink);
  const { channels, kind } = page;
  const values = allocate(kind, width * height * channels);
  const at = (x: number, y: number, c: number) =>
    page.values[((region.top + y) * page.width + region.left + x) * channels + c] ?? NaN;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let i = 0; i < shrink * shrink; i++) {
          sum += at(x * shrink + (i % shrink), y * shrink + Math.floor(i / shrink), c);
        }
        const twice = BigInt(kind === 'float32' ? 0 : 2 * sum);
        const area = BigInt(shrink * shrink);
        // Half up: floor((2 sum + area) / (2 area)), where BigInt division runs towards zero.
        const top = twice + area;
        const bottom = 2n * area;
        const floor = top >= 0n ? top / bottom : -((-top + bottom - 1n) / bottom);
        values[(y * width + x) * channels + c] = kind === 'float32' ? sum / (shrink * shrink) : Number(floor);
      }
    }
  }
  return values;
}

// Layouts that differ: strips, tiles, planes, bands from below, every orientation, one block, integers and floats.
const names = Object.keys(truth).filter(
  (name) =>
    /orientation|tiles|planes|strip|lzw|bits|rle|png|webp|palette|alpha|imagej/.test(name) ||
    /^\w?int\d+\.tif$/.test(name),
);

const view = fc.record({
  part: fc.double({ min: 0, max: 0.999, noNaN: true }),
  left: fc.double({ min: 0, max: 0.999, noNaN: true }),
  top: fc.double({ min: 0, max: 0.999, noNaN: true }),
  width: fc.double({ min: 0, max: 1, noNaN: true }),
  height: fc.double({ min: 0, max: 1, noNaN: true }),
  shrink: fc.integer({ min: 1, max: 7 }),
});

describe('a view', () => {
  it.each(names)('of %s is cut and averaged as its pixels say', async (name) => {
    const file = await openFixture(name);
    const pages = truth[name]?.pages ?? [];
    await fc.assert(
      fc.asyncProperty(view, async ({ part, left, top, width, height, shrink }) => {
        const frame = Math.floor(part * pages.length);
        const page = pages[frame];
        if (!page) throw new Error('no page');
        const most = Math.min(shrink, page.width, page.height);
        const x = Math.floor(left * (page.width - most + 1));
        const y = Math.floor(top * (page.height - most + 1));
        const region = {
          left: x,
          top: y,
          width: most + Math.floor(width * (page.width - x - most)),
          height: most + Math.floor(height * (page.height - y - most)),
        };
        const image = await file.read({ frame, plane: null }, { region, shrink: most });
        expect(image.values).toEqual(reference(page, region, most));
        expect(image).toMatchObject({
          width: Math.floor(region.width / most),
          height: Math.floor(region.height / most),
        });
      }),
      { numRuns: 25 },
    );
  });

  it('beyond the image is a mistake of who asks', async () => {
    const file = await openFixture('uint8.tif');
    const part = { frame: 0, plane: null };
    for (const region of [
      { left: 30, top: 0, width: 8, height: 4 },
      { left: -1, top: 0, width: 8, height: 4 },
      { left: 0, top: 0, width: 0, height: 4 },
      { left: 0.5, top: 0, width: 4, height: 4 },
    ]) {
      await expect(file.read(part, { region })).rejects.toThrow(RangeError);
    }
    await expect(file.read(part, { shrink: 22 })).rejects.toThrow(RangeError);
    await expect(file.read(part, { shrink: 0 })).rejects.toThrow(RangeError);
  });

  it('may be changed without changing the next one', async () => {
    const file = await openFixture('rgb16.png');
    const part = { frame: 0, plane: null };
    const region = { left: 0, top: 0, width: 4, height: 4 };
    const first = await file.read(part, { region });
    const copy = first.values.slice();
    first.values.fill(0);
    expect((await file.read(part, { region })).values).toEqual(copy);
  });
});
