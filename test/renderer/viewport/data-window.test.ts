import { describe, expect, it } from 'vitest';
import { presetWindow, realRange, windowed } from '../../../renderer/components/viewport/data-window.ts';
import type { Pixels, PixelValues } from '../../../renderer/components/viewport/pixels.ts';

function row(values: PixelValues, more: Partial<Pixels> = {}): Pixels {
  return {
    width: values.length / (more.channels ?? 1),
    height: 1,
    channels: 1,
    values,
    slope: 1,
    intercept: 0,
    window: { centre: 40, width: 400 },
    inverted: false,
    shrink: 1,
    ...more,
  };
}

const reds = (rgba: Uint8ClampedArray) => [...rgba].filter((_, index) => index % 4 === 0);

describe('window presets', () => {
  const ramp = Int16Array.from({ length: 1001 }, (_, index) => index - 500);

  it('cover the whole range in real units', () => {
    expect(presetWindow(row(ramp, { slope: 2, intercept: 10 }), 'full')).toEqual({ centre: 10, width: 2000 });
  });

  it('cover the middle 98 % where a few values are far off', () => {
    const values = Int16Array.from(ramp);
    values[3] = 32000;
    values[4] = -32000;
    const { centre, width } = presetWindow(row(values), 'robust');
    expect(Math.abs(centre)).toBeLessThanOrEqual(2);
    expect(Math.abs(width - 980)).toBeLessThanOrEqual(4);
  });

  it('leave the stored window alone', () => {
    expect(presetWindow(row(ramp), 'stored')).toEqual({ centre: 40, width: 400 });
  });

  it('give a constant image a window around its value', () => {
    expect(presetWindow(row(Uint16Array.of(7, 7, 7)), 'full')).toEqual({ centre: 7, width: 1 });
    expect(presetWindow(row(Float32Array.of(NaN, NaN)), 'robust').width).toBeGreaterThan(0);
  });

  it('find the range of a negative slope the right way round', () => {
    expect(realRange(row(Uint8Array.of(0, 10), { slope: -1 }))).toEqual({ low: -10, high: 0 });
  });
});

describe('an image through its window', () => {
  it('is black at the lower end, white at the upper, clamped beyond', () => {
    const pixels = row(Int16Array.of(-1000, -160, 40, 240, 3000));
    expect(reds(windowed(pixels, { centre: 40, width: 400 }, false))).toEqual([0, 0, 128, 255, 255]);
    expect(reds(windowed(pixels, { centre: 40, width: 400 }, true))).toEqual([255, 255, 128, 0, 0]);
  });

  it('tells neighbouring values of 16 bits apart in a narrow window', () => {
    const pixels = row(Uint16Array.of(40000, 40001, 40002));
    expect(reds(windowed(pixels, { centre: 40001, width: 2 }, false))).toEqual([0, 128, 255]);
  });

  it('windows real values, not stored ones', () => {
    const pixels = row(Uint16Array.of(0, 1000, 2000), { slope: 0.5, intercept: -500 });
    expect(reds(windowed(pixels, { centre: 0, width: 1000 }, false))).toEqual([0, 128, 255]);
  });

  it('keeps colours apart', () => {
    const pixels = row(Uint16Array.of(65535, 0, 32768), { channels: 3 });
    expect([...windowed(pixels, { centre: 32767.5, width: 65535 }, false)]).toEqual([255, 0, 128, 255]);
  });
});
