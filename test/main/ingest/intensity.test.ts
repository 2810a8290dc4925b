import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extremes, foregroundOf } from '../../../main/ingest/foreground.ts';
import { Intensity } from '../../../main/ingest/intensity-settings.ts';
import { toModelInput } from '../../../main/ingest/intensity.ts';
import type { StoredImage, StoredValues } from '../../../main/ingest/stored-image.ts';
import { rowOf } from './stored.ts';

async function greys(image: StoredImage, intensity: Intensity): Promise<number[]> {
  const { pixels } = await toModelInput(image, intensity, () =>
    foregroundOf(() => [image], image.values.length),
  );
  return [...pixels];
}

const AS_FILE: Intensity = { kind: 'file' };
const BYTE = { declared: { low: 0, high: 255 } };

describe('as the file asks to be shown', () => {
  it('leaves plain bytes as they are', async () => {
    const values = Uint8Array.of(0, 1, 127, 255);
    const image = rowOf(values, BYTE);
    const { pixels } = await toModelInput(image, AS_FILE, () => Promise.reject(new Error('not needed')));
    expect(pixels).toBe(values);
  });

  it('maps the range that a type declares, so that equal values stay equal across files', async () => {
    const declared = { low: 0, high: 4095 };
    expect(await greys(rowOf(Uint16Array.of(0, 1024, 4095), { declared }), AS_FILE)).toEqual([0, 64, 255]);
    expect(await greys(rowOf(Uint16Array.of(1024), { declared }), AS_FILE)).toEqual([64]);
  });

  // PS3.3 C.11.2.1.2.1, note 3's example: centre 2048, width 4096 covers 0 to 4095.
  it('applies a window as the standard has it', async () => {
    const voi = { kind: 'window', centre: 2048, width: 4096, function: 'LINEAR' } as const;
    expect(await greys(rowOf(Int16Array.of(-5, 0, 2047, 4095, 9999), { voi }), AS_FILE)).toEqual([
      0, 0, 127, 255, 255,
    ]);
    const threshold = { ...voi, centre: 100, width: 1 };
    expect(await greys(rowOf(Int16Array.of(99, 100), { voi: threshold }), AS_FILE)).toEqual([0, 255]);
  });

  it('rescales before the window: Hounsfield units of a CT', async () => {
    const voi = { kind: 'window', centre: 50, width: 100, function: 'LINEAR_EXACT' } as const;
    const image = rowOf(Uint16Array.of(1024, 1074, 1124), { slope: 1, intercept: -1024, voi });
    expect(await greys(image, AS_FILE)).toEqual([0, 128, 255]);
  });

  it('applies a VOI table, whose ends go on beyond it', async () => {
    const entries = Uint16Array.of(0, 10, 100);
    const voi = { kind: 'table', first: 5, entries, white: 100 } as const;
    expect(await greys(rowOf(Int16Array.of(0, 5, 6, 7, 8), { voi }), AS_FILE)).toEqual([0, 0, 26, 255, 255]);
  });

  it('stretches what declares nothing from its smallest to its largest value', async () => {
    expect(await greys(rowOf(Int16Array.of(-100, 0, 100)), AS_FILE)).toEqual([0, 128, 255]);
    expect(await greys(rowOf(Float32Array.of(0.5, 0.75, 1)), AS_FILE)).toEqual([0, 128, 255]);
    expect(await greys(rowOf(Int16Array.of(7, 7)), AS_FILE)).toEqual([0, 0]);
  });

  it('inverts last, and leaves padding and what is no number black', async () => {
    const padding = { low: -2000, high: -2000 };
    expect(
      await greys(rowOf(Int16Array.of(0, 50, 100, -2000), { inverted: true, padding }), AS_FILE),
    ).toEqual([255, 128, 0, 0]);
    expect(await greys(rowOf(Float32Array.of(0, NaN, Infinity, 1)), AS_FILE)).toEqual([0, 0, 0, 255]);
  });
});

describe('chosen for a model', () => {
  it('takes the same window for every file, whatever each asks for', async () => {
    const window: Intensity = { kind: 'window', low: -160, high: 240 };
    const voi = { kind: 'window', centre: 0, width: 10, function: 'LINEAR' } as const;
    const values = Int16Array.of(-1000, -160, 40, 240, 3000);
    expect(await greys(rowOf(values, { voi }), window)).toEqual([0, 0, 128, 255, 255]);
    expect(await greys(rowOf(values), window)).toEqual([0, 0, 128, 255, 255]);
  });

  it('clips at percentiles of the foreground alone', async () => {
    // 900 pixels of air, and a head of 1 … 100: the median of the head is 50 by nearest rank.
    const head = Array.from({ length: 100 }, (_, i) => i + 1);
    const image = rowOf(Int16Array.from([...Array.from({ length: 900 }, () => 0), ...head]));
    const found = await foregroundOf(() => [image], 1000);
    expect([found.count, found.percentile(1), found.percentile(50), found.percentile(100)]).toEqual([
      100, 1, 50, 100,
    ]);
    const result = await greys(image, { kind: 'percentile', low: 1, high: 100, over: 'image' });
    expect([result[0], result[900], result[949], result[999]]).toEqual([0, 0, 126, 255]);
  });

  it('standardises by the mean and the deviation of the foreground', async () => {
    // Foreground 2, 4, 4, 4, 5, 5, 7, 9: mean 5, population deviation 2 (the textbook example).
    const image = rowOf(Float32Array.of(0, 2, 4, 4, 4, 5, 5, 7, 9));
    const { mean, deviation } = await foregroundOf(() => [image], 9);
    expect([mean, deviation]).toEqual([5, 2]);
    const zScore: Intensity = { kind: 'z-score', deviations: 2, over: 'image' };
    expect(await greys(image, zScore)).toEqual([0, 32, 96, 96, 96, 128, 128, 191, 255]);
  });

  it('leaves an image without foreground black', async () => {
    for (const intensity of [
      { kind: 'percentile', low: 1, high: 99, over: 'image' },
      { kind: 'z-score', deviations: 3, over: 'file' },
    ] satisfies Intensity[]) {
      expect(await greys(rowOf(Float32Array.of(3, 3, 3)), intensity)).toEqual([0, 0, 0]);
      expect(await greys(rowOf(Float32Array.of(NaN, NaN)), intensity)).toEqual([0, 0]);
    }
  });

  it('refuses a window or percentiles the wrong way round', () => {
    expect(Intensity.safeParse({ kind: 'window', low: 5, high: 5 }).success).toBe(false);
    expect(Intensity.safeParse({ kind: 'percentile', low: 99, high: 1, over: 'image' }).success).toBe(false);
  });
});

describe('laws', () => {
  const intensity = fc.oneof(
    fc.constant<Intensity>({ kind: 'file' }),
    fc.constant<Intensity>({ kind: 'window', low: -100, high: 300 }),
    fc.constant<Intensity>({ kind: 'percentile', low: 2, high: 98, over: 'image' }),
    fc.constant<Intensity>({ kind: 'z-score', deviations: 3, over: 'image' }),
  );
  const shorts = fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 1, maxLength: 60 });

  it('a larger value is never darker, and a smaller one never with MONOCHROME1', async () => {
    await fc.assert(
      fc.asyncProperty(shorts, intensity, fc.boolean(), async (numbers, chosen, inverted) => {
        const values = Int16Array.from(numbers).sort();
        const result = await greys(rowOf(values, { inverted }), chosen);
        const ordered = [...result].sort((a, b) => (inverted ? b - a : a - b));
        expect(result).toEqual(ordered);
      }),
    );
  });

  it('the type that holds the values does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(shorts, intensity, async (numbers, chosen) => {
        const types: StoredValues[] = [
          Int16Array.from(numbers),
          Int32Array.from(numbers),
          Float32Array.from(numbers),
        ];
        const [first, ...others] = await Promise.all(types.map((values) => greys(rowOf(values), chosen)));
        for (const other of others) expect(other).toEqual(first);
      }),
    );
  });

  it('a rescale by a positive slope changes nothing where the range is taken from the values', async () => {
    await fc.assert(
      fc.asyncProperty(shorts, async (numbers) => {
        const values = Int16Array.from(numbers);
        const plain = await greys(rowOf(values), AS_FILE);
        expect(await greys(rowOf(values, { slope: 2, intercept: -512 }), AS_FILE)).toEqual(plain);
      }),
    );
  });
});

describe('large images, which go through tables', () => {
  const pick = <T>(all: readonly T[]) => fc.constantFrom(...all);
  const small = 50;

  it('become what the same values become in a small one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: small, maxLength: small }),
        pick<Intensity>([
          { kind: 'file' },
          { kind: 'window', low: -100, high: 300 },
          { kind: 'window', low: 12.25, high: 12.5 },
        ]),
        pick<StoredImage['voi']>([
          null,
          { kind: 'window', centre: 40, width: 400, function: 'LINEAR' },
          { kind: 'window', centre: 40, width: 1, function: 'LINEAR' },
          { kind: 'window', centre: -5, width: 900, function: 'SIGMOID' },
        ]),
        fc.boolean(),
        pick<StoredImage['padding']>([null, { low: -2000, high: -1000 }]),
        pick([Int16Array, Uint16Array, Int8Array, Uint8Array]),
        async (numbers, chosen, voi, inverted, padding, Type) => {
          const more = { voi, inverted, padding, slope: 0.5, intercept: -3 };
          const few = await greys(rowOf(Float32Array.from(Type.from(numbers)), more), chosen);
          const many = new Type(2 ** 17 + 3);
          for (let i = 0; i < many.length; i++) many[i] = numbers[i % small] ?? 0;
          // Also where they begin between two words, and end so.
          for (const from of [0, 1]) {
            const values = many.subarray(from);
            const result = await greys(rowOf(values, { ...more, width: values.length }), chosen);
            const expected = Array.from({ length: values.length }, (_, i) => few[(i + from) % small]);
            expect(result).toEqual(expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('extremes', () => {
  const typed = fc.oneof(
    fc.int16Array({ minLength: 1 }),
    fc.uint16Array({ minLength: 1 }),
    fc.int8Array({ minLength: 1 }),
    fc.float32Array({ minLength: 1, noNaN: true, noDefaultInfinity: true }),
  );

  it('are the smallest and the largest value, whatever the type', () => {
    fc.assert(
      fc.property(typed, (values) => {
        const numbers = [...values];
        const { low, high } = extremes(values, { padding: null });
        expect(low === Math.min(...numbers) && high === Math.max(...numbers)).toBe(true);
      }),
    );
  });

  it('leave padding and what is no number out', () => {
    expect(extremes(Int16Array.of(-2000, 5, 9), { padding: { low: -2000, high: -2000 } })).toEqual({
      low: 5,
      high: 9,
    });
    expect(extremes(Float32Array.of(NaN, 1, Infinity), { padding: null })).toEqual({ low: 1, high: 1 });
    expect(extremes(new Uint16Array(), { padding: null })).toEqual({ low: Infinity, high: -Infinity });
  });
});
