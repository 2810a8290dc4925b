/** What images look like: real slices of different patients and sequences, and copies of them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOOK_REACH, lookOf } from '../../../main/ingest/look.ts';
import { sharp } from '../../../main/ingest/sharp.ts';
import type { StoredImage, StoredValues } from '../../../main/ingest/stored-image.ts';

const EXAMPLE = join(import.meta.dirname, '../../../examples/mri-modality');

interface Grey {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}

async function decoded(image: ReturnType<typeof sharp>): Promise<Grey> {
  const { data, info } = await image.greyscale().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, values: new Uint8Array(data) };
}

const again = ({ width, height, values }: Grey) => sharp(values, { raw: { width, height, channels: 1 } });

function stored(
  width: number,
  height: number,
  values: StoredValues,
  more: Partial<StoredImage> = {},
): StoredImage {
  const plain = {
    slope: 1,
    intercept: 0,
    declared: null,
    voi: null,
    inverted: false,
    padding: null,
  } as const;
  return { width, height, channels: 1, values, ...plain, ...more };
}

const lookOfGrey = ({ width, height, values }: Grey) => lookOf(stored(width, height, values));

function distance(a: string | null, b: string | null): number {
  if (a === null || b === null) return Infinity;
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length;
}

const names = readdirSync(join(EXAMPLE, 'fit')).filter((name) => name.endsWith('.png'));
const slices = await Promise.all(
  names.filter((_, index) => index % 6 === 0).map((name) => decoded(sharp(join(EXAMPLE, 'fit', name)))),
);

const COPIES: Record<string, (image: Grey) => Promise<Grey>> = {
  'of half the size': (image) => decoded(again(image).resize(Math.round(image.width / 2))),
  'of three quarters of the size': (image) => decoded(again(image).resize(Math.round(image.width * 0.75))),
  'as a JPEG of quality 50': async (image) =>
    decoded(sharp(await again(image).jpeg({ quality: 50 }).toBuffer())),
  darkened: (image) => Promise.resolve({ ...image, values: image.values.map((value) => value * 0.7) }),
  brightened: (image) =>
    Promise.resolve({ ...image, values: image.values.map((value) => Math.min(255, value + 25)) }),
};

describe('the look of an image', () => {
  it.each(Object.entries(COPIES))('is nearly that of a copy %s', async (_, copy) => {
    for (const slice of slices) {
      const [look, other] = [lookOfGrey(slice), lookOfGrey(await copy(slice))];
      expect(distance(look, other)).toBeLessThanOrEqual(LOOK_REACH);
    }
  });

  it('is another one for slices that lie apart', () => {
    const looks = slices.map(lookOfGrey);
    expect(looks.length).toBeGreaterThan(3);
    for (const [at, look] of looks.entries()) {
      for (const other of looks.slice(at + 1)) expect(distance(look, other)).toBeGreaterThan(LOOK_REACH);
    }
  });

  it('does not depend on how values are stored', () => {
    for (const { width, height, values } of slices) {
      const look = lookOf(stored(width, height, values));
      const negative = Int16Array.from(values, (value) => -20 * value);
      expect(
        lookOf(
          stored(
            width,
            height,
            Uint16Array.from(values, (value) => value * 20),
          ),
        ),
      ).toBe(look);
      expect(lookOf(stored(width, height, negative, { inverted: true }))).toBe(look);
      expect(lookOf(stored(width, height, negative, { slope: -0.5, intercept: 7 }))).toBe(look);
      const colours = Uint8Array.from(
        { length: values.length * 3 },
        (_, at) => values[Math.floor(at / 3)] ?? 0,
      );
      expect(distance(lookOf(stored(width, height, colours, { channels: 3 })), look)).toBeLessThanOrEqual(1);
    }
  });

  it('is what the window shows, where the file asks for one', () => {
    const [{ width, height, values } = { width: 0, height: 0, values: new Uint8Array() }] = slices;
    const voi = { kind: 'window', centre: 300, width: 200, function: 'LINEAR_EXACT' } as const;
    const wide = Int16Array.from(values, (value) => value * 10 - 1000);
    const shown = values.map((value) => Math.min(255, Math.max(0, ((value * 10 - 1000 - 200) / 200) * 255)));
    const look = lookOf(stored(width, height, wide, { voi }));
    expect(distance(look, lookOf(stored(width, height, shown)))).toBeLessThanOrEqual(LOOK_REACH);
  });

  it('is none for one that is constant, or nearly so', () => {
    expect(lookOf(stored(64, 64, new Uint8Array(64 * 64).fill(90)))).toBeNull();
    expect(
      lookOf(
        stored(
          64,
          64,
          Uint8Array.from({ length: 64 * 64 }, (_, at) => 90 + (at % 5)),
        ),
      ),
    ).toBeNull();
    expect(lookOf(stored(9, 3, new Float32Array(27).fill(NaN)))).toBeNull();
  });

  it('is one for images of a few pixels, and for long ones', () => {
    expect(lookOf(stored(2, 1, Uint8Array.from([0, 255])))).toMatch(/^[0-9a-f]{16}$/);
    expect(
      lookOf(
        stored(
          4000,
          3,
          Uint8Array.from({ length: 12_000 }, (_, at) => (at % 4000) / 16),
        ),
      ),
    ).toMatch(/^[0-9a-f]{16}$/);
  });
});
