import { describe, expect, it } from 'vitest';
import { PIXEL_HEADERS } from '../../../preload/contract.ts';
import { PixelsError, decodePixels, valueAt } from '../../../renderer/components/viewport/pixels.ts';

function headers(given: Partial<Record<keyof typeof PIXEL_HEADERS, string>>): Headers {
  const result = new Headers();
  for (const [key, name] of Object.entries(PIXEL_HEADERS)) {
    const value = Object.entries(given).find(([known]) => known === key)?.[1];
    if (value !== undefined) result.set(name, value);
  }
  return result;
}

const square = { width: '2', height: '2', channels: '1' };

describe('decoding pixels', () => {
  it('keeps 16 signed bits, little endian, and rescales what is read', () => {
    const bytes = Uint8Array.of(0xff, 0xff, 0x00, 0x80, 0xff, 0x7f, 0x01, 0x00).buffer;
    const pixels = decodePixels(headers({ ...square, type: 'int16', slope: '2', intercept: '-1000' }), bytes);
    expect([...pixels.values]).toEqual([-1, -32768, 32767, 1]);
    expect(valueAt(pixels, 0, 0)).toBe(-1002);
    expect(valueAt(pixels, 1, 0)).toBe(-66536);
    expect(valueAt(pixels, 0, 1)).toBe(64534);
  });

  it('keeps 16 unsigned bits', () => {
    const bytes = Uint8Array.of(0xff, 0xff, 0x00, 0x80, 0, 0, 1, 0).buffer;
    const pixels = decodePixels(headers({ ...square, type: 'uint16' }), bytes);
    expect([...pixels.values]).toEqual([65535, 32768, 0, 1]);
    expect(pixels).toMatchObject({ slope: 1, intercept: 0, inverted: false });
  });

  it('keeps floats', () => {
    const pixels = decodePixels(
      headers({ ...square, type: 'float32' }),
      Float32Array.of(0.1, NaN, -Infinity, 3e38).buffer,
    );
    expect(valueAt(pixels, 0, 0)).toBe(Math.fround(0.1));
    expect(valueAt(pixels, 1, 0)).toBeNaN();
    expect(valueAt(pixels, 0, 1)).toBe(-Infinity);
  });

  it('reads interleaved colours by channel, and nothing beyond the edges', () => {
    const bytes = Uint8Array.from({ length: 12 }, (_, index) => index).buffer;
    const pixels = decodePixels(headers({ ...square, channels: '3', type: 'uint8' }), bytes);
    expect([0, 1, 2].map((channel) => valueAt(pixels, 1, 1, channel))).toEqual([9, 10, 11]);
    expect(valueAt(pixels, 2, 0)).toBeNaN();
    expect(valueAt(pixels, 0, -1)).toBeNaN();
  });

  it('takes the window and the direction of brightness from the headers', () => {
    const pixels = decodePixels(
      headers({ ...square, type: 'uint8', windowCentre: '40', windowWidth: '400', inverted: 'true' }),
      new ArrayBuffer(4),
    );
    expect(pixels).toMatchObject({ window: { centre: 40, width: 400 }, inverted: true });
  });

  it.each([
    ['too few bytes', { ...square, type: 'uint16' }, 6],
    ['half a value', { ...square, type: 'uint16' }, 7],
    ['an unknown type', { ...square, type: 'int64' }, 32],
    ['no type', square, 4],
    ['no width', { height: '2', channels: '1', type: 'uint8' }, 4],
    ['a width of nothing', { ...square, width: '0', type: 'uint8' }, 0],
  ])('refuses %s', (_, given, length) => {
    expect(() => decodePixels(headers(given), new ArrayBuffer(length))).toThrow(PixelsError);
  });
});
