/** The detectors that are statistics of features, on the built-in encoder and made-up parts: a striped surface, some with a spot. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kNearestMethod } from '../../../models/detectors/k-nearest.ts';
import { kdeMethod } from '../../../models/detectors/kde.ts';
import { mahalanobisMethod } from '../../../models/detectors/mahalanobis.ts';
import type { ComputedMethod, Encoder, FitData, ImageScores } from '../../../models/detectors/method.ts';
import { mseMethod } from '../../../models/detectors/mse.ts';
import { mseRatioMethod } from '../../../models/detectors/mse-ratio.ts';
import { patchMemory } from '../../../models/detectors/patch-memory.ts';
import { pcaMethod } from '../../../models/detectors/pca.ts';
import type { Environment } from '../../../models/device.ts';
import { type FilterBankEncoder, openFilterBank } from '../../../models/features/filter-bank-encoder.ts';
import type { ImageShape, ImageSource } from '../../../models/images.ts';
import { auroc } from '../../../models/scoring/metrics.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { normals } from '../samples.ts';

const SHAPE: ImageShape = { channels: 1, height: 64, width: 64 };
const SPOT = { x: 44, y: 20 };

/** Vertical stripes of any phase and brightness under noise. */
function part(seed: number, spot: boolean): Uint8Array {
  const draw = normals(seed);
  const [phase, brightness] = [draw() * 3, 120 + 10 * draw()];
  return Uint8Array.from({ length: 64 * 64 }, (_, at) => {
    const [x, y] = [at % 64, Math.floor(at / 64)];
    const dark = spot ? 70 * Math.exp(-((x - SPOT.x) ** 2 + (y - SPOT.y) ** 2) / 12) : 0;
    return brightness + 30 * Math.sin(x / 2 + phase) + 4 * draw() - dark;
  });
}

/** What a general set may be: noise with spots all over. */
function noise(seed: number): Uint8Array {
  const draw = normals(seed);
  return Uint8Array.from({ length: 64 * 64 }, () => 128 + 50 * draw());
}

function source(images: readonly Uint8Array[]): ImageSource {
  return {
    shape: SHAPE,
    count: images.length,
    read: (indices) => Promise.resolve(indices.map((index) => images[index] ?? new Uint8Array())),
  };
}

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
const NORMAL = seeds(0, 70).map((seed) => part(seed, false));
const HELD_OUT = seeds(100, 30).map((seed) => part(seed, false));
const DEFECTIVE = seeds(200, 30).map((seed) => part(seed, true));
const GENERAL = seeds(300, 20).map(noise);

/** What all of them can be asked: their settings differ. */
interface Asked {
  readonly id: string;
  fitAndScore(data: FitData, images: readonly Uint8Array[], batch?: number): Promise<ImageScores[]>;
  fit(data: FitData): Promise<Readonly<Record<string, Float32Array>>>;
}

let environment: Environment;
let encoder: FilterBankEncoder;

beforeAll(async () => {
  environment = await cpuEnvironment();
  encoder = await openFilterBank(environment, SHAPE, { scales: 3, orientations: 4, cell: 8 });
});

afterAll(() => encoder.dispose());

function asked<S>(method: ComputedMethod<S>): Asked {
  const settings = method.settings('tiny', SHAPE);
  return {
    id: method.id,
    fit: (data) => method.compute(environment, data, settings, 7),
    async fitAndScore(data, images, batch = 64) {
      const parameters = await method.compute(environment, data, settings, 7);
      const fitted = { parameters, generalModel: null, encoder: data.encoder };
      const scorer = await method.open(environment, settings, fitted, SHAPE, batch);
      const scores: ImageScores[] = [];
      for (let from = 0; from < images.length; from += batch) {
        scores.push(...(await scorer.score(images.slice(from, from + batch))));
      }
      await scorer.dispose();
      return scores;
    },
  };
}

function dataOf(normal: readonly Uint8Array[], own: Encoder | null): FitData {
  return {
    normal: source(normal),
    heldOut: source(HELD_OUT),
    general: source(GENERAL),
    generalModel: null,
    exposure: null,
    encoder: own,
  };
}

/** Which place of a map is the most anomalous. */
function peak({ maps }: ImageScores): { x: number; y: number; cell: number } {
  const [map] = Object.values(maps);
  if (map === undefined) throw new Error('there is no map');
  const at = map.values.indexOf(map.values.reduce((most, value) => Math.max(most, value), -Infinity));
  return { x: (at % map.width) * map.cell, y: Math.floor(at / map.width) * map.cell, cell: map.cell };
}

const METHODS = [
  asked(mseMethod),
  asked(mseRatioMethod),
  asked(pcaMethod),
  asked(kdeMethod),
  asked(kNearestMethod),
  asked(mahalanobisMethod),
  asked(patchMemory),
];

describe.each(METHODS)('$id', (method) => {
  it('finds spots, and where they are', async () => {
    const scored = await method.fitAndScore(dataOf(NORMAL, encoder), [...HELD_OUT, ...DEFECTIVE]);
    const [good, bad] = [scored.slice(0, HELD_OUT.length), scored.slice(HELD_OUT.length)];
    const name = Object.keys(scored[0]?.scores ?? {}).at(-1) ?? '';
    const values = (images: ImageScores[]) => images.map(({ scores }) => scores[name] ?? NaN);
    expect(auroc(values(good), values(bad))).toBeGreaterThan(0.95);
    // A ratio to a set of noise points at whatever is like noise.
    const hits = bad
      .map(peak)
      .filter(
        ({ x, y, cell }) =>
          Math.abs(x + cell / 2 - SPOT.x) <= cell && Math.abs(y + cell / 2 - SPOT.y) <= cell,
      );
    if (method.id !== 'mse-ratio') expect(hits.length).toBeGreaterThanOrEqual(27);
  });

  it('gives the same bytes for the same seed, and the same scores in any batch', async () => {
    const data = dataOf(NORMAL, encoder);
    expect(await method.fit(data)).toEqual(await method.fit(data));
    expect(await method.fitAndScore(data, DEFECTIVE.slice(0, 5), 2)).toEqual(
      await method.fitAndScore(data, DEFECTIVE.slice(0, 5)),
    );
  });

  it.each([
    ['one image', NORMAL.slice(0, 1)],
    ['constant images', [new Uint8Array(4096).fill(9), new Uint8Array(4096).fill(9)]],
  ])('gives finite scores after %s, also of constant images', async (_, few) => {
    const scored = await method.fitAndScore(dataOf(few, encoder), [
      new Uint8Array(4096),
      new Uint8Array(4096).fill(255),
      part(1, true),
    ]);
    for (const { scores, maps } of scored) {
      expect(Object.values(scores).every(Number.isFinite)).toBe(true);
      expect(Object.values(maps).every(({ values }) => values.every(Number.isFinite))).toBe(true);
    }
  });

  it('says what is missing or wrong', async () => {
    await expect(method.fit(dataOf(NORMAL, null))).rejects.toMatchObject({ kind: 'no-encoder' });
    await expect(method.fit(dataOf([], encoder))).rejects.toMatchObject({ kind: 'no-features' });
    const broken: Encoder = {
      ...encoder,
      encode: async (images) => {
        const { vectors, grids } = await encoder.encode(images);
        return { vectors: vectors.fill(NaN, 3, 4), grids: grids.fill(NaN, 3, 4) };
      },
    };
    await expect(method.fit(dataOf(NORMAL, broken))).rejects.toMatchObject({ kind: 'not-finite' });
  });
});

describe('an encoder without a grid', () => {
  it('gives scores without maps, and none to a memory of patches', async () => {
    const flat: Encoder = {
      ...encoder,
      grid: null,
      encode: async (images) => ({ vectors: (await encoder.encode(images)).vectors, grids: null }),
    };
    const [scored] = await asked(mahalanobisMethod).fitAndScore(dataOf(NORMAL, flat), DEFECTIVE.slice(0, 1));
    expect(Object.keys(scored?.scores ?? {})).toEqual(['vector']);
    expect(scored?.maps).toEqual({});
    await expect(asked(patchMemory).fit(dataOf(NORMAL, flat))).rejects.toMatchObject({ kind: 'no-encoder' });
  });
});

describe('mse-ratio', () => {
  it('needs a general set', async () => {
    const data = { ...dataOf(NORMAL, encoder), general: null };
    await expect(asked(mseRatioMethod).fit(data)).rejects.toMatchObject({ kind: 'no-contrast' });
  });
});
