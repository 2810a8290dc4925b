import { beforeAll, describe, expect, it } from 'vitest';
import { type FilterBankEncoder, openFilterBank } from '../../../models/features/filter-bank-encoder.ts';
import type { ImageShape } from '../../../models/images.ts';
import { bankKernels, gridOf } from '../../../models/networks/filter-bank.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { chance } from '../samples.ts';

const SHAPE: ImageShape = { channels: 1, height: 32, width: 48 };
const SETTINGS = { scales: 3, orientations: 4, cell: 8 };
const PER_SCALE = SETTINGS.orientations + 2;

function image(value: (x: number, y: number) => number, { height, width }: ImageShape = SHAPE): Uint8Array {
  return Uint8Array.from({ length: height * width }, (_, at) =>
    Math.round(value(at % width, Math.floor(at / width))),
  );
}

describe('bankKernels', () => {
  it('answers nothing to a constant, and one at most', () => {
    const kernels = bankKernels(4);
    for (let filter = 0; filter < 9; filter++) {
      const kernel = kernels.subarray(filter * 81, (filter + 1) * 81);
      expect(kernel.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 6);
      expect(kernel.reduce((sum, value) => sum + Math.abs(value), 0)).toBeCloseTo(1, 6);
    }
  });
});

describe('openFilterBank', () => {
  let encoder: FilterBankEncoder;
  let place: (pixels: Uint8Array) => Promise<number[]>;

  beforeAll(async () => {
    encoder = await openFilterBank(await cpuEnvironment(), SHAPE, SETTINGS);
    const middle = (2 * encoder.grid.width + 3) * encoder.grid.dimensions;
    place = async (pixels) => [
      ...(await encoder.encode([pixels])).grids.subarray(middle, middle + encoder.grid.dimensions),
    ];
  });

  it('says its sizes', () => {
    expect(encoder.grid).toEqual({ height: 4, width: 6, dimensions: 1 + 3 * PER_SCALE });
    expect(encoder.dimensions).toBe(2 * encoder.grid.dimensions);
  });

  it('sees nothing but the brightness of constant images, up to their borders', async () => {
    const { vectors, grids } = await encoder.encode([image(() => 200)]);
    const { dimensions } = encoder.grid;
    grids.forEach((value, index) => {
      const expected = index % dimensions === 0 ? 200 / 256 - 0.5 + 1 / 512 : Math.log(1 / 256);
      expect(value).toBeCloseTo(expected, 3);
    });
    expect([...vectors.subarray(dimensions)].every((deviation) => Math.abs(deviation) < 1e-3)).toBe(true);
  });

  it.each([0, 1, 2, 3])(
    'answers to stripes of its angle most, and to a place alone: angle %d',
    async (angle) => {
      const theta = (Math.PI * angle) / 4;
      const stripes = (scale: number) =>
        image(
          (x, y) =>
            128 +
            90 * Math.cos((2 * Math.PI * (x * Math.cos(theta) + y * Math.sin(theta))) / (4.5 * 2 ** scale)),
        );
      for (const scale of [0, 1]) {
        const features = (await place(stripes(scale))).slice(1);
        const energies = features.filter((_, index) => index % PER_SCALE < 4);
        expect(energies.indexOf(Math.max(...energies))).toBe(scale * 4 + angle);
      }
    },
  );

  it('tells bright spots from dark ones', async () => {
    const spot = (sign: number) =>
      image((x, y) => 128 + sign * 100 * Math.exp(-((x - 27.5) ** 2 + (y - 19.5) ** 2) / 4));
    const [bright, dark] = [await place(spot(1)), await place(spot(-1))];
    expect(bright[5]).toBeGreaterThan((dark[5] ?? NaN) + 0.5);
    expect(dark[6]).toBeGreaterThan((bright[6] ?? NaN) + 0.5);
  });

  it('moves with the image by whole cells', async () => {
    const draw = chance(3);
    const noise = Array.from({ length: 64 * 64 }, () => 255 * draw());
    const from = (left: number) => image((x, y) => noise[y * 64 + x + left] ?? 0);
    const { grids } = await encoder.encode([from(0), from(8)]);
    const { dimensions, width, height } = encoder.grid;
    const at = (slot: number, x: number) => [
      ...grids.subarray(
        ((slot * height + 2) * width + x) * dimensions,
        ((slot * height + 2) * width + x + 1) * dimensions,
      ),
    ];
    // The finest scale: its filters do not reach the border from there.
    at(0, 3)
      .slice(0, 1 + PER_SCALE)
      .forEach((value, index) => {
        expect(value).toBeCloseTo(at(1, 2)[index] ?? NaN, 4);
      });
  });

  it('gives the vector as mean and deviation of the grid, whatever batch an image is in', async () => {
    const draw = chance(4);
    const images = Array.from({ length: 19 }, () => image(() => 255 * draw()));
    const { vectors, grids } = await encoder.encode(images);
    const { dimensions } = encoder.grid;
    const alone = await encoder.encode(images.slice(18));
    expect(vectors.subarray(18 * encoder.dimensions)).toEqual(alone.vectors);
    const places = 24;
    const values = Array.from({ length: places }, (_, index) => alone.grids[index * dimensions + 7] ?? NaN);
    const mean = values.reduce((sum, value) => sum + value, 0) / places;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / places);
    expect(alone.vectors[7]).toBeCloseTo(mean, 4);
    expect(alone.vectors[dimensions + 7]).toBeCloseTo(deviation, 4);
    expect(grids).toHaveLength(19 * places * dimensions);
  });

  it('sees colours', async () => {
    const shape: ImageShape = { channels: 3, height: 16, width: 16 };
    const colour = await openFilterBank(await cpuEnvironment(), shape, { ...SETTINGS, scales: 2 });
    const red = Uint8Array.from({ length: 768 }, (_, index) => (index < 256 ? 255 : 0));
    const { grids } = await colour.encode([red]);
    await colour.dispose();
    expect(grids[1]).toBeCloseTo(255 / 256, 3);
    expect(grids[2]).toBeCloseTo(255 / 512, 3);
  });

  it('refuses images that are not whole cells', () => {
    expect(() => gridOf({ channels: 1, height: 30, width: 32 }, SETTINGS)).toThrow(RangeError);
    expect(() => gridOf({ channels: 1, height: 32, width: 32 }, { ...SETTINGS, scales: 5 })).toThrow(
      RangeError,
    );
  });
});
